import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { InboxReason, InboxState, OutboxOrigin, OutboxReason, OutboxState } from "../../domain/reasons.ts"
import {
  AttemptView,
  InboxView,
  inboxView,
  OutboxView,
  outboxView,
  RepairView,
  shownView
} from "../../gateway/queue/rowViews.ts"
import { TraceView, traceView } from "../../gateway/queue/traceView.ts"
import type { JournalError } from "../../journal/Journal.ts"
import { prunableStates } from "../../journal/queue/prune.ts"
import { type Repaired, type Resolution, Queue } from "../../journal/queue/Queue.ts"
import type { QueueError } from "../../journal/queue/QueueError.ts"
import { account, done, isOn, limit, optional, Switch, Time } from "./fields.ts"
import { Authorized, Readable, reading } from "./guards.ts"
import { byOf, Operator } from "./operator.ts"
import { BadRequest, Conflict, NotFound, storeTrouble, Unavailable } from "./refusals.ts"

const State = Schema.Literals([...InboxState.literals, ...OutboxState.literals])
const Reason = Schema.Literals([...InboxReason.literals, ...OutboxReason.literals])
const allStates = [...new Set([...InboxState.literals, ...OutboxState.literals])]

const Row = Schema.Union([
  Schema.Struct({
    ...OutboxView.fields,
    tries: Schema.Array(AttemptView),
    repairs: Schema.Array(RepairView),
    text: Schema.optionalKey(Schema.String)
  }),
  Schema.Struct({
    ...InboxView.fields,
    repairs: Schema.Array(RepairView),
    text: Schema.optionalKey(Schema.String)
  })
]).annotate({ identifier: "QueueRow" })

const Mended = Schema.Struct({
  ok: done,
  dryRun: Schema.Boolean,
  count: Schema.Int,
  ids: Schema.Array(Schema.String),
  /** Rows that were meant and stayed as they are. */
  left: Schema.optionalKey(Schema.Array(Schema.Struct({ id: Schema.String, why: Schema.String })))
}).annotate({ identifier: "Repaired" })

const dryRun = Schema.optionalKey(Schema.Boolean)

/** Which rows, in a body. Without `states`: what is dead or skipped and nobody has dropped. */
const Filter = Schema.Struct({
  account,
  chat: Schema.optionalKey(Schema.String),
  states: Schema.optionalKey(Schema.Array(State)),
  reason: Schema.optionalKey(Reason),
  origin: Schema.optionalKey(OutboxOrigin),
  since: Schema.optionalKey(Time),
  dryRun
})

const Resolve = Schema.Struct({
  as: Schema.Literals(["sent", "resend", "drop"]),
  /** Zalo's id of it, with `sent`. */
  messageId: Schema.optionalKey(Schema.String),
  dryRun
})

const id = { id: Schema.String }
const errors = [BadRequest, NotFound, Conflict, Unavailable]
const mended = { headers: Operator, success: Mended, error: errors }

export const queueGroup = HttpApiGroup.make("queue")
  .add(
    HttpApiEndpoint.get("list", "/queue", {
      query: {
        account,
        chat: Schema.optionalKey(Schema.String),
        /** One, or several of them. */
        state: Schema.optionalKey(Schema.Array(State)),
        reason: Schema.optionalKey(Reason),
        origin: Schema.optionalKey(OutboxOrigin),
        since: Schema.optionalKey(Time),
        all: Switch,
        limit: limit(1_000),
        after: Schema.optionalKey(Schema.String)
      },
      success: Schema.Struct({ inbox: Schema.Array(InboxView), outbox: Schema.Array(OutboxView) }),
      error: errors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "What waits and what did not end well, newest first",
        description: "`limit` rows of each side (100); `after` a row, of its side alone. `all=true` is every state."
      })
    ),
    HttpApiEndpoint.get("show", "/queue/:id", {
      params: id,
      query: { text: Switch },
      success: Row,
      error: errors
    }).annotate(
      OpenApi.Summary,
      "One row, the calls made for it and the repairs done to it; `text=true` with its words"
    ),
    HttpApiEndpoint.post("retry", "/queue/:id/retry", {
      params: id,
      payload: optional(Schema.Struct({ dryRun })),
      ...mended
    }).annotate(OpenApi.Summary, "Try a dead message again, or send after all what was not sent"),
    HttpApiEndpoint.post("drop", "/queue/:id/drop", {
      params: id,
      payload: optional(Schema.Struct({ force: Schema.optionalKey(Schema.Boolean), dryRun })),
      ...mended
    }).annotate(OpenApi.Summary, "Give a row up, so that it alarms nobody"),
    HttpApiEndpoint.post("resolve", "/queue/:id/resolve", { params: id, payload: Resolve, ...mended }).annotate(
      OpenApi.Summary,
      "Say what became of a send of unknown fate"
    ),
    HttpApiEndpoint.post("retryAll", "/queue/retry", { payload: Filter, ...mended }).annotate(
      OpenApi.Summary,
      "Try again all that a filter means"
    ),
    HttpApiEndpoint.post("dropAll", "/queue/drop", { payload: Filter, ...mended }).annotate(
      OpenApi.Summary,
      "Give up all that a filter means"
    ),
    HttpApiEndpoint.post("prune", "/queue/prune", {
      payload: Schema.Struct({
        before: Time,
        states: Schema.optionalKey(Schema.Array(Schema.Literals(prunableStates))),
        dryRun
      }),
      success: Schema.Struct({
        ok: done,
        dryRun: Schema.Boolean,
        deleted: Schema.Struct({ inbox: Schema.Int, outbox: Schema.Int })
      }),
      error: [BadRequest, Unavailable]
    }).annotate(OpenApi.Summary, "Delete what is older and ended; the gateway does so by itself (`retention`)"),
    HttpApiEndpoint.get("trace", "/trace/:id", {
      params: id,
      query: { text: Switch },
      success: TraceView.annotate({ identifier: "Trace" }),
      error: errors
    }).annotate(OpenApi.Summary, "Where a message is, from its receipt to the last part of its reply")
  )
  .annotateMerge(reading)
  .prefix("/v1")
  .middleware(Readable)
  .middleware(Authorized)

const api = HttpApi.make("zalo-effect").add(queueGroup)

const told = (error: QueueError | JournalError): BadRequest | NotFound | Conflict | Unavailable => {
  if (error._tag === "JournalError") return storeTrouble(error)
  const { message, reason } = error
  if (reason === "bad-id") return BadRequest.because({ code: "invalid", message, field: "id" })
  return reason === "not-found"
    ? NotFound.because({ code: reason, message })
    : Conflict.because({ code: reason, message })
}

const repaired = (changed: ReadonlyArray<Repaired>, isDryRun: boolean) => ({
  ok: true as const,
  dryRun: isDryRun,
  count: changed.length,
  ids: changed.map((row) => row.id)
})

const filterOf = ({ dryRun: _dryRun, since, ...filter }: typeof Filter.Type) => ({
  ...filter,
  since: since === undefined ? undefined : DateTime.toEpochMillis(since)
})

const howOf = ({ as, messageId }: typeof Resolve.Type): Resolution => {
  if (as === "sent") return { _tag: "Sent", messageId }
  return as === "resend" ? { _tag: "Resend" } : { _tag: "Drop" }
}

export const queueHandlers = HttpApiBuilder.group(
  api,
  "queue",
  Effect.fnUntraced(function* (handlers) {
    const queue = yield* Queue
    return handlers.handleAll({
      list: ({ query }) => {
        const { after, all, limit: most = 100, since, state, ...filter } = query
        const states = state ?? (isOn(all) ? allStates : undefined)
        return queue
          .list(
            { ...filter, states, since: since === undefined ? undefined : DateTime.toEpochMillis(since) },
            { limit: most, after }
          )
          .pipe(
            Effect.mapBoth({
              onFailure: told,
              onSuccess: ({ inbox, outbox }) => ({ inbox: inbox.map(inboxView), outbox: outbox.map(outboxView) })
            })
          )
      },
      show: ({ params, query }) =>
        Effect.mapBoth(queue.show(params.id), {
          onFailure: told,
          onSuccess: (shown) => shownView(shown, isOn(query.text))
        }),
      retry: ({ headers, params, payload }) => {
        const isDryRun = payload?.dryRun ?? false
        return Effect.mapBoth(queue.retry(params.id, { by: byOf(headers), dryRun: isDryRun }), {
          onFailure: told,
          onSuccess: (changed) => repaired(changed, isDryRun)
        })
      },
      drop: ({ headers, params, payload }) => {
        const isDryRun = payload?.dryRun ?? false
        return Effect.mapBoth(
          queue.drop(params.id, { by: byOf(headers), dryRun: isDryRun, force: payload?.force ?? false }),
          { onFailure: told, onSuccess: (changed) => repaired(changed, isDryRun) }
        )
      },
      resolve: ({ headers, params, payload }) => {
        const isDryRun = payload.dryRun ?? false
        return Effect.mapBoth(queue.resolve(params.id, howOf(payload), { by: byOf(headers), dryRun: isDryRun }), {
          onFailure: told,
          onSuccess: (changed) => repaired(changed, isDryRun)
        })
      },
      retryAll: ({ headers, payload }) => {
        const isDryRun = payload.dryRun ?? false
        return Effect.mapBoth(queue.retryAll(filterOf(payload), { by: byOf(headers), dryRun: isDryRun }), {
          onFailure: told,
          onSuccess: ({ changed, left }) => ({ ...repaired(changed, isDryRun), left })
        })
      },
      dropAll: ({ headers, payload }) => {
        const isDryRun = payload.dryRun ?? false
        return Effect.mapBoth(queue.dropAll(filterOf(payload), { by: byOf(headers), dryRun: isDryRun }), {
          onFailure: told,
          onSuccess: ({ changed, left }) => ({ ...repaired(changed, isDryRun), left })
        })
      },
      prune: ({ payload }) => {
        const isDryRun = payload.dryRun ?? false
        const before = DateTime.toEpochMillis(payload.before)
        return Effect.mapBoth(queue.prune({ before, states: payload.states, dryRun: isDryRun }), {
          onFailure: storeTrouble,
          onSuccess: (deleted) => ({ ok: true as const, dryRun: isDryRun, deleted })
        })
      },
      trace: ({ params, query }) =>
        Effect.mapBoth(queue.trace(params.id), {
          onFailure: told,
          onSuccess: (trace) => traceView(trace, isOn(query.text))
        })
    })
  })
)
