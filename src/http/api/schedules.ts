import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { dueTimes, readCron, type Timing } from "../../domain/cron.ts"
import { readTime } from "../../domain/localTime.ts"
import { BroadcastState, Missed } from "../../domain/Proactive.ts"
import { makeOperatorMessages } from "../../gateway/operatorMessages.ts"
import { partsOf } from "../../gateway/proactive/rendering.ts"
import { runView, scheduleView } from "../../gateway/proactive/views.ts"
import { Broadcasts } from "../../journal/proactive/Broadcasts.ts"
import type { RunRow } from "../../journal/proactive/rows.ts"
import { Schedules } from "../../journal/proactive/Schedules.ts"
import { account, done, limit, maybeTime, text, time } from "./fields.ts"
import { Authorized, Readable, reading } from "./guards.ts"
import { byOf, Operator } from "./operator.ts"
import { Counts, onTheWeb, wordsOrMedia } from "./proactive.ts"
import { BadRequest, Conflict, NotFound, storeTrouble, Unavailable } from "./refusals.ts"
import { toldOfMessage } from "./sending.ts"

const View = Schema.Struct({
  id: Schema.String,
  name: text,
  account: Schema.String,
  cron: text,
  zone: Schema.String,
  at: maybeTime,
  to: Schema.Literals(["all", "chat", "list"]),
  chats: Schema.NullOr(Schema.Array(Schema.String)),
  missed: Schema.NullOr(Missed),
  state: Schema.Literals(["active", "paused", "done"]),
  nextAt: maybeTime,
  askedAt: maybeTime,
  createdAt: time,
  createdBy: Schema.String
}).annotate({ identifier: "Schedule" })

const Run = Schema.Struct({
  dueAt: time,
  notedAt: time,
  outcome: Schema.Literals(["started", "asked", "missed"]),
  missed: Schema.Int,
  broadcast: text,
  state: Schema.NullOr(BroadcastState),
  counts: Schema.NullOr(Counts)
})

const New = Schema.Struct({
  account,
  name: Schema.optionalKey(Schema.NonEmptyString),
  /** Again and again: minute hour day month weekday. */
  cron: Schema.optionalKey(Schema.String),
  /** Once: `2026-12-01T08:00` on the zone's clock. */
  at: Schema.optionalKey(Schema.String),
  /** Default Asia/Ho_Chi_Minh. */
  zone: Schema.optionalKey(Schema.String),
  text: Schema.optionalKey(Schema.String),
  /** A picture's http(s) address. */
  media: Schema.optionalKey(Schema.NonEmptyString),
  /** Everybody who wrote first, one chat, or these. */
  to: Schema.Union([Schema.Literal("all"), Schema.NonEmptyString, Schema.NonEmptyArray(Schema.NonEmptyString)]),
  /** Only to who wrote within so many seconds before each run. */
  within: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
  missed: Schema.optionalKey(Missed)
}).annotate({ identifier: "NewSchedule" })

const ref = { id: Schema.String }
const errors = [BadRequest, NotFound, Conflict, Unavailable]
const Told = Schema.Struct({ ok: done, schedule: View })
const changing = { params: ref, success: Told, error: errors }

export const schedulesGroup = HttpApiGroup.make("schedules")
  .add(
    HttpApiEndpoint.get("list", "/schedules", {
      query: { account, limit: limit(1_000) },
      success: Schema.Struct({ schedules: Schema.Array(View) }),
      error: [BadRequest, Unavailable]
    }).annotate(OpenApi.Summary, "Schedules, newest first"),
    HttpApiEndpoint.post("add", "/schedules", {
      headers: Operator,
      payload: New,
      success: Schema.Struct({ ok: done, schedule: View, next: Schema.Array(time) }),
      error: errors
    }).annotate(OpenApi.Summary, "Send something when it is due: `cron`, or `at` once; answers the next five times"),
    HttpApiEndpoint.get("show", "/schedules/:id", {
      params: ref,
      query: { limit: limit(1_000) },
      success: Schema.Struct({ schedule: View, runs: Schema.Array(Run) }),
      error: errors
    }).annotate(OpenApi.Summary, "One schedule, by its id or name, and its last runs"),
    HttpApiEndpoint.post("pause", "/schedules/:id/pause", changing).annotate(
      OpenApi.Summary,
      "Not due until it is resumed; what was due meanwhile is not made up for"
    ),
    HttpApiEndpoint.post("resume", "/schedules/:id/resume", changing).annotate(
      OpenApi.Summary,
      "Due again from now on"
    ),
    HttpApiEndpoint.post("run", "/schedules/:id/run", changing).annotate(OpenApi.Summary, "Once now, out of turn"),
    HttpApiEndpoint.delete("remove", "/schedules/:id", changing).annotate(
      OpenApi.Summary,
      "Never due again; its runs are forgotten"
    )
  )
  .annotateMerge(reading)
  .prefix("/v1")
  .middleware(Readable)
  .middleware(Authorized)

const api = HttpApi.make("zalo-effect").add(schedulesGroup)

const usualZone = "Asia/Ho_Chi_Minh"
const shownTimes = 5

const invalid = (field: string, message: string) => BadRequest.because({ code: "invalid", message, field })

const timingOf = ({ at, cron, zone = usualZone }: typeof New.Type, now: number): Timing | BadRequest => {
  if ((at === undefined) === (cron === undefined)) return invalid("cron", "give cron or at, and not both")
  if (at === undefined) {
    const read = readCron(cron ?? "", zone)
    return Result.isFailure(read)
      ? invalid("cron", `cron: ${read.failure}`)
      : { cron: (cron ?? "").trim(), zone, onceAt: null }
  }
  const onceAt = readTime(at, zone)
  if (onceAt === undefined) return invalid("at", `at: no time such as 2026-12-01T08:00, or "${zone}" is no time zone`)
  return onceAt <= now ? invalid("at", `at: ${at} has passed`) : { cron: null, zone, onceAt }
}

export const schedulesHandlers = HttpApiBuilder.group(
  api,
  "schedules",
  Effect.fnUntraced(function* (handlers) {
    const schedules = yield* Schedules
    const broadcasts = yield* Broadcasts
    const { accountOf } = yield* makeOperatorMessages

    const find = Effect.fnUntraced(function* (id: string) {
      const found = yield* Effect.mapError(schedules.find(id), storeTrouble)
      if (Option.isSome(found)) return found.value
      return yield* NotFound.because({ code: "not-found", message: `there is no schedule "${id}"` })
    })

    const told = (id: string) =>
      Effect.map(find(`s${id}`), (row) => ({ ok: true as const, schedule: scheduleView(row) }))

    const change = (how: "pause" | "resume") =>
      Effect.fnUntraced(function* ({ params }: { readonly params: { readonly id: string } }) {
        const { id } = yield* find(params.id)
        if ((yield* Effect.mapError(schedules[how](id), storeTrouble)) === "ended") {
          return yield* Conflict.because({ code: "ended", message: `schedule s${id} is done: it is never due again` })
        }
        return yield* told(id)
      })

    /** A run with what became of the broadcast that it began. */
    const shownRun = Effect.fnUntraced(function* (run: RunRow) {
      const found = run.broadcast === null ? Option.none() : yield* broadcasts.find(`b${run.broadcast}`)
      if (run.broadcast === null || Option.isNone(found)) return runView(run, undefined)
      return runView(run, { row: found.value, counts: yield* broadcasts.counts(run.broadcast) })
    }, Effect.mapError(storeTrouble))

    return handlers.handleAll({
      list: ({ query: { account, limit: most = 100 } }) =>
        Effect.mapBoth(schedules.list({ account, limit: most }), {
          onFailure: storeTrouble,
          onSuccess: (rows) => ({ schedules: rows.map(scheduleView) })
        }),
      add: Effect.fnUntraced(function* ({ headers, payload }) {
        const now = yield* Clock.currentTimeMillis
        const settings = yield* Effect.mapError(accountOf(payload.account), toldOfMessage)
        const timing = timingOf(payload, now)
        if (timing instanceof BadRequest) return yield* timing
        const content = yield* wordsOrMedia(payload)
        const { to } = payload
        const added = yield* schedules
          .add({
            ...timing,
            account: settings.id,
            name: payload.name ?? null,
            parts: partsOf(content.text, yield* onTheWeb(content.media)),
            chats: to === "all" ? null : typeof to === "string" ? [to] : to,
            single: to !== "all" && typeof to === "string",
            within: payload.within === undefined ? null : Math.round(payload.within * 1000),
            missed: payload.missed ?? null,
            by: byOf(headers)
          })
          .pipe(Effect.mapError(storeTrouble))
        if (Option.isNone(added)) {
          return yield* Conflict.because({
            code: "name-taken",
            message: `account "${settings.id}" has a schedule named "${payload.name ?? ""}"`,
            field: "name"
          })
        }
        const next = dueTimes(timing, now, shownTimes).map((due) => DateTime.formatIso(DateTime.makeUnsafe(due)))
        return { ...(yield* told(added.value)), next }
      }),
      show: Effect.fnUntraced(function* ({ params, query }) {
        const row = yield* find(params.id)
        const runs = yield* Effect.mapError(schedules.runs(row.id, query.limit ?? 20), storeTrouble)
        return { schedule: scheduleView(row), runs: yield* Effect.forEach(runs, shownRun) }
      }),
      pause: change("pause"),
      resume: change("resume"),
      run: Effect.fnUntraced(function* ({ params }) {
        const { id } = yield* find(params.id)
        yield* Effect.mapError(schedules.ask(id), storeTrouble)
        return yield* told(id)
      }),
      remove: Effect.fnUntraced(function* ({ params }) {
        const row = yield* find(params.id)
        yield* Effect.mapError(schedules.remove(row.id), storeTrouble)
        return { ok: true as const, schedule: scheduleView(row) }
      })
    })
  })
)
