import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Audience } from "../../domain/Proactive.ts"
import { BroadcastReason, BroadcastState, LeftOut, RecipientState } from "../../domain/Proactive.ts"
import { OutboxReason } from "../../domain/reasons.ts"
import { makeOperatorMessages } from "../../gateway/operatorMessages.ts"
import { forecast } from "../../gateway/proactive/forecast.ts"
import { partsOf, renderProactive } from "../../gateway/proactive/rendering.ts"
import { broadcastView, recipientView } from "../../gateway/proactive/views.ts"
import { Journal } from "../../journal/Journal.ts"
import { Broadcasts, type Changed } from "../../journal/proactive/Broadcasts.ts"
import { type BroadcastRow, BroadcastKind } from "../../journal/proactive/rows.ts"
import { SendCounts } from "../../journal/SendCounts.ts"
import { account, done, isOn, limit, maybeTime, Switch, text, Time, time } from "./fields.ts"
import { Authorized, Readable, reading } from "./guards.ts"
import { byOf, Operator } from "./operator.ts"
import { BadRequest, Conflict, NotFound, storeTrouble, Unavailable } from "./refusals.ts"
import { Counts, onTheWeb, wordsOrMedia } from "./proactive.ts"
import { toldOfMessage } from "./sending.ts"

const View = Schema.Struct({
  id: Schema.String,
  name: text,
  account: Schema.String,
  kind: BroadcastKind,
  schedule: text,
  to: Schema.Literals(["all", "list"]),
  state: BroadcastState,
  reason: Schema.NullOr(BroadcastReason),
  detail: text,
  createdAt: time,
  createdBy: Schema.String,
  endedAt: maybeTime,
  recipients: Schema.Int,
  counts: Counts,
  leftOut: Schema.Record(Schema.String, Schema.Int)
}).annotate({ identifier: "Broadcast" })

const Recipient = Schema.Struct({
  n: Schema.Int,
  chatId: Schema.String,
  displayName: Schema.String,
  state: RecipientState,
  reason: Schema.NullOr(Schema.Union([LeftOut, OutboxReason])),
  detail: text,
  messageIds: Schema.Array(Schema.String),
  outbox: Schema.Array(Schema.String),
  at: maybeTime
})

const Forecast = Schema.Struct({
  ok: done,
  dryRun: Schema.Literal(true),
  account: Schema.String,
  recipients: Schema.Int,
  messages: Schema.Int,
  /** How long it takes at the account's rate, quiet hours not counted. */
  seconds: Schema.Int,
  endsAt: time,
  quota: Schema.Struct({
    used: Schema.Finite,
    limit: Schema.NullOr(Schema.Finite),
    reserve: Schema.Finite,
    left: Schema.NullOr(Schema.Finite),
    fits: Schema.Boolean
  }),
  leftOutChats: Schema.Array(Schema.Struct({ chatId: Schema.String, displayName: Schema.String, reason: LeftOut }))
})

const Begun = Schema.Struct({ ok: done, existing: Schema.Boolean, broadcast: View })

const ref = { id: Schema.String }
const errors = [BadRequest, NotFound, Conflict, Unavailable]
const changing = { params: ref, success: Schema.Struct({ ok: done, broadcast: View }), error: errors }

export const broadcastsGroup = HttpApiGroup.make("broadcasts")
  .add(
    HttpApiEndpoint.get("list", "/broadcasts", {
      query: { account, limit: limit(1_000) },
      success: Schema.Struct({ broadcasts: Schema.Array(View) }),
      error: [BadRequest, Unavailable]
    }).annotate(OpenApi.Summary, "Broadcasts, newest first"),
    HttpApiEndpoint.post("begin", "/broadcasts", {
      headers: Operator,
      payload: Schema.Struct({
        account,
        /** Two with one name are one broadcast. */
        name: Schema.optionalKey(Schema.NonEmptyString),
        text: Schema.optionalKey(Schema.String),
        /** A picture's http(s) address. */
        media: Schema.optionalKey(Schema.NonEmptyString),
        /** Everybody who wrote first, or these chats. */
        to: Schema.Union([Schema.Literal("all"), Schema.NonEmptyArray(Schema.NonEmptyString)]),
        /** Only to who wrote since. */
        since: Schema.optionalKey(Time),
        dryRun: Schema.optionalKey(Schema.Boolean)
      }),
      success: [Forecast, Begun],
      error: errors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Write to many, at the pace that Zalo tolerates",
        description: "With `dryRun: true` it only says who would get it, how long it takes and what it costs."
      })
    ),
    HttpApiEndpoint.get("show", "/broadcasts/:id", { params: ref, success: View, error: errors }).annotate(
      OpenApi.Summary,
      "One broadcast, by its id or name"
    ),
    HttpApiEndpoint.get("recipients", "/broadcasts/:id/recipients", {
      params: ref,
      query: { failed: Switch, after: Schema.optionalKey(Schema.FiniteFromString), limit: limit(1_000) },
      success: Schema.Struct({ recipients: Schema.Array(Recipient) }),
      error: errors
    }).annotate(OpenApi.Summary, "A result per recipient; `failed=true` only who did not get it, `after` the last `n`"),
    HttpApiEndpoint.post("pause", "/broadcasts/:id/pause", changing).annotate(OpenApi.Summary, "Send no more for now"),
    HttpApiEndpoint.post("resume", "/broadcasts/:id/resume", changing).annotate(OpenApi.Summary, "Go on"),
    HttpApiEndpoint.post("cancel", "/broadcasts/:id/cancel", changing).annotate(OpenApi.Summary, "Send no more, ever")
  )
  .annotateMerge(reading)
  .prefix("/v1")
  .middleware(Readable)
  .middleware(Authorized)

const api = HttpApi.make("zalo-effect").add(broadcastsGroup)

const missing = (id: string) => NotFound.because({ code: "not-found", message: `there is no broadcast "${id}"` })

export const broadcastsHandlers = HttpApiBuilder.group(
  api,
  "broadcasts",
  Effect.fnUntraced(function* (handlers) {
    const broadcasts = yield* Broadcasts
    const { accountOf } = yield* makeOperatorMessages
    const store = yield* Effect.context<Journal | SendCounts>()

    const find = Effect.fnUntraced(function* (id: string) {
      const found = yield* Effect.mapError(broadcasts.find(id), storeTrouble)
      return Option.isSome(found) ? found.value : yield* missing(id)
    })
    const view = (row: BroadcastRow) =>
      Effect.mapBoth(broadcasts.counts(row.id), {
        onFailure: storeTrouble,
        onSuccess: (counts) => broadcastView(row, counts)
      })

    const change = (how: "pause" | "resume" | "cancel") =>
      Effect.fnUntraced(function* ({ params: { id } }: { readonly params: { readonly id: string } }) {
        const { id: own } = yield* find(id)
        const changed: Changed = yield* Effect.mapError(broadcasts[how](own), storeTrouble)
        if (changed === "ended") {
          return yield* Conflict.because({ code: "ended", message: `broadcast b${own} has ended` })
        }
        return { ok: true as const, broadcast: yield* view(yield* find(`b${own}`)) }
      })

    return handlers.handleAll({
      list: ({ query: { account, limit: most = 100 } }) =>
        broadcasts.list({ account, limit: most }).pipe(
          Effect.mapError(storeTrouble),
          Effect.flatMap(Effect.forEach(view)),
          Effect.map((found) => ({ broadcasts: found }))
        ),
      begin: Effect.fnUntraced(function* ({ headers, payload }) {
        const settings = yield* Effect.mapError(accountOf(payload.account), toldOfMessage)
        const content = yield* wordsOrMedia(payload)
        const payloads = renderProactive(settings, partsOf(content.text, yield* onTheWeb(content.media)), true)
        const since = payload.since === undefined ? null : DateTime.toEpochMillis(payload.since)
        const audience: Audience =
          payload.to === "all" ? { to: "all", since } : { to: "list", chats: payload.to, since, strict: true }
        if (payload.dryRun === true) {
          const found = yield* forecast(settings, audience, payloads.length, true).pipe(
            Effect.provideContext(store),
            Effect.mapError(storeTrouble)
          )
          return {
            ok: true as const,
            dryRun: true as const,
            account: settings.id,
            recipients: found.recipients,
            messages: found.messages,
            seconds: Math.round(found.millis / 1_000),
            endsAt: DateTime.formatIso(DateTime.makeUnsafe(found.endsAt)),
            quota: found.quota,
            leftOutChats: found.leftOut
          }
        }
        const { existing, id } = yield* broadcasts
          .create({
            account: settings.id,
            name: payload.name ?? null,
            kind: "broadcast",
            schedule: null,
            payloads,
            audience,
            quiet: true,
            by: byOf(headers)
          })
          .pipe(Effect.mapError(storeTrouble))
        const row = yield* find(`b${id}`)
        if (existing && JSON.stringify(row.payloads) !== JSON.stringify(payloads)) {
          return yield* Conflict.because({
            code: "name-taken",
            message: `broadcast b${id} has that name and another message`,
            field: "name"
          })
        }
        return { ok: true as const, existing, broadcast: yield* view(row) }
      }),
      show: ({ params }) => Effect.flatMap(find(params.id), view),
      recipients: Effect.fnUntraced(function* ({ params, query }) {
        const { id } = yield* find(params.id)
        const rows = yield* Effect.mapError(
          broadcasts.recipients(id, {
            failed: isOn(query.failed),
            after: query.after ?? 0,
            limit: query.limit ?? 100
          }),
          storeTrouble
        )
        return { recipients: rows.map(recipientView) }
      }),
      pause: change("pause"),
      resume: change("resume"),
      cancel: change("cancel")
    })
  })
)
