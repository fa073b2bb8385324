import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { LaneKey } from "../domain/ids.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { MessageTraces } from "../journal/MessageTraces.ts"
import { type Claim, Outbox } from "../journal/Outbox.ts"
import type { OutboxRow, Settlement } from "../journal/OutboxRow.ts"
import { Media } from "../media/Media.ts"
import type { ZaloApi } from "../zalo/ZaloApi.ts"
import type { Sent } from "../zalo/wire.ts"
import type { ZaloError } from "../zalo/ZaloError.ts"
import { timeouts } from "../zalo/timeouts.ts"
import { type AccountRuntime, Accounts } from "./Accounts.ts"
import { countRateLimited, countSend } from "./counts.ts"
import { Instance, Peers } from "./Instance.ts"
import { failed, unknown, unsendable } from "./settlement.ts"
import { answeredBy, tracedOf } from "./tracedOf.ts"
import { type Restore, untilWritten } from "./untilWritten.ts"

/** Sends what is in the outbox, one row of a chat after the other. */
export class Sender extends Context.Service<
  Sender,
  {
    /** Sends the oldest row of a chat that is due, and says whether there may be more. */
    step(key: LaneKey): Effect.Effect<boolean, JournalError>
    /** Settles what a process that is gone was sending: its fate is not known. */
    recover(account: AccountRuntime): Effect.Effect<number, JournalError>
  }
>()("zalo-effect/pipeline/Sender") {
  static readonly layer: Layer.Layer<Sender, never, Journal | Outbox | Accounts | Instance | Media> = Layer.effect(
    Sender,
    Effect.suspend(() => make)
  )
}

/** The row of a call is overdue this long after the call's own time-out, ms. */
const grace = 5_000

const allow: Claim["allow"] = {
  photo: Duration.toMillis(timeouts.sendPhoto) + grace,
  other: Duration.toMillis(timeouts.sendMessage) + grace
}

const call = (api: ZaloApi["Service"], chat: string, payload: OutboundPayload): Effect.Effect<Sent, ZaloError> => {
  switch (payload._tag) {
    case "Text":
      return api.sendMessage({ chat, text: payload.text, styles: payload.styles, parseMode: payload.parseMode })
    case "Photo":
      return api.sendPhoto({ chat, photo: payload.url, caption: payload.caption })
    case "Sticker":
      return api.sendSticker({ chat, sticker: payload.sticker })
    case "Voice":
      return api.sendVoice({ chat, voiceUrl: payload.url })
  }
}

const make = Effect.gen(function* () {
  const journal = yield* Journal
  const outbox = yield* Outbox
  const accounts = yield* Accounts
  const media = yield* Media
  const owner = yield* Instance

  const claim = Effect.fnUntraced(function* (key: LaneKey) {
    const now = yield* Clock.currentTimeMillis
    return yield* journal.write(outbox.claimUnit(key, { owner, now, allow }))
  })

  /** Answers whether the chat has more to send. */
  const settle = Effect.fnUntraced(function* (row: OutboxRow, settlement: Settlement) {
    const now = yield* Clock.currentTimeMillis
    const more = yield* journal.write(Effect.andThen(outbox.settleUnit(row, settlement, now), outbox.openUnit(row)))
    yield* log(row, settlement)
    return more
  })

  const answered = Effect.fnUntraced(function* (
    account: AccountRuntime,
    row: OutboxRow,
    result: Result.Result<Sent, ZaloError>
  ) {
    if (Result.isSuccess(result)) {
      yield* account.pace.accepted
      const sent: Settlement = { _tag: "Sent", messageId: result.success.messageId ?? null }
      return sent
    }
    const { failure } = result
    if (failure.reason._tag === "Unauthorized") yield* account.tokenRefused
    if (failure.reason._tag === "RateLimited" || failure.reason._tag === "QuotaExceeded") {
      yield* countRateLimited({ account: row.account })
      yield* account.pace.refused(row.chat)
    }
    return failed(failure, row, account.settings, yield* Clock.currentTimeMillis)
  })

  /** Makes the call. However it ends, something is known of it: at least that nothing is. */
  const attempt = Effect.fnUntraced(function* (account: AccountRuntime, row: OutboxRow, restore: Restore) {
    const judged =
      row.payload._tag === "Text"
        ? fine
        : yield* media.problem(account.settings, row.payload).pipe(restore, Effect.exit)
    // Nothing was asked of Zalo yet: looked at again after the stop.
    if (Exit.isFailure(judged) && Cause.hasInterrupts(judged.cause)) return released
    const cannot = unsendable(row, Exit.isSuccess(judged) ? judged.value : undefined)
    if (cannot !== undefined) return cannot
    let called = false
    const exit = yield* Effect.suspend(() => {
      called = true
      return Effect.result(call(account.api, row.chat, row.payload))
    }).pipe(restore, Effect.exit)
    if (Exit.isSuccess(exit)) return yield* answered(account, row, exit.value)
    if (!called) return released
    const stopped = Cause.hasInterrupts(exit.cause)
    if (!stopped) yield* Effect.logError("a defect ended a call of the Bot API", exit.cause)
    const why = stopped ? "the process stopped while it was sending" : "a defect ended the call"
    return unknown(row, account.settings, "interrupted", why, yield* Clock.currentTimeMillis)
  })

  /** One attempt, and what it came to written down. */
  const deliver = Effect.fnUntraced(function* (account: AccountRuntime, row: OutboxRow, restore: Restore) {
    const settlement = yield* attempt(account, row, restore)
    const more = yield* untilWritten(settle(row, settlement), restore)
    yield* countSend({
      account: row.account,
      method: `send${methodOf[row.payload._tag]}`,
      result: resultOf(settlement)
    })
    yield* (yield* MessageTraces).note({
      outcome: resultOf(settlement),
      reason: "reason" in settlement ? settlement.reason : undefined,
      sent_message_id: settlement._tag === "Sent" ? settlement.messageId : undefined
    })
    return { more, settlement }
  })

  const mayBegin = Effect.fnUntraced(function* (account: AccountRuntime, key: LaneKey) {
    if (!(yield* account.maySend)) return false
    // While the account is slowed down, its turns are not spent on chats with nothing to send.
    if (Option.isNone(yield* account.pace.delayed)) return true
    return yield* outbox.isDue(key, yield* Clock.currentTimeMillis)
  })

  const step = Effect.fnUntraced(function* (key: LaneKey, restore: Restore) {
    const account = yield* accounts.get(key.account)
    if (Option.isNone(account) || !(yield* mayBegin(account.value, key))) return false
    yield* restore(account.value.pace.take(key.chat))
    const row = yield* claim(key)
    if (Option.isNone(row)) return false
    const traces = yield* MessageTraces
    const facts = { chat: key.chat, outbox: `out:${row.value.id}`, attempt: row.value.attempts }
    const { more, settlement } = yield* deliver(account.value, row.value, restore).pipe(
      traces.under(tracedOf(row.value), "message.send", facts)
    )
    return more && (settlement._tag === "Sent" || settlement._tag === "Dead" || settlement._tag === "Unknown")
  })

  return Sender.of({
    // What is claimed is settled: a stop can cut the call short, but nothing around it.
    step: (key) => Effect.uninterruptibleMask((restore) => step(key, restore)),

    recover: Effect.fnUntraced(function* (account: AccountRuntime) {
      const now = yield* Clock.currentTimeMillis
      const alive = [owner, ...(yield* yield* Peers)]
      const rows = yield* outbox.orphans(account.settings.id, alive, now)
      const why = "the process that was sending is gone"
      for (const row of rows) yield* settle(row, unknown(row, account.settings, "interrupted", why, now))
      return rows.length
    })
  })
})

const methodOf = { Text: "Message", Photo: "Photo", Sticker: "Sticker", Voice: "Voice" } as const

/** As metrics and traces call it. */
const resultOf = (settlement: Settlement): string => {
  switch (settlement._tag) {
    case "Sent":
      return "sent"
    case "Retry":
      return "retry"
    case "Unknown":
      return settlement.again === null ? "unknown" : "unknown-again"
    case "Dead":
      return "dead"
    case "Unauthorized":
      return "unauthorized"
    case "Release":
      return "released"
  }
}

const released: Settlement = { _tag: "Release" }

const fine: Exit.Exit<string | undefined> = Exit.succeed(undefined)

const answers = (row: OutboxRow) => {
  const messageId = answeredBy(row)
  return messageId === undefined ? {} : { messageId }
}

/** The words of what was sent, for whoever debugs. */
const wordsOf = ({ payload }: OutboxRow): string =>
  payload._tag === "Text" ? payload.text : payload._tag.toLowerCase()

const log = (row: OutboxRow, settlement: Settlement) => {
  const where = { account: row.account, chat: row.chat, outbox: `out:${row.id}`, ...answers(row) }
  switch (settlement._tag) {
    case "Sent":
      return Effect.logDebug(`sent as ${settlement.messageId ?? "an id that Zalo did not tell"}: ${wordsOf(row)}`).pipe(
        Effect.annotateLogs(where)
      )
    case "Retry":
      return Effect.logWarning(`not delivered, tried again later: ${settlement.detail}`).pipe(
        Effect.annotateLogs(where)
      )
    case "Unknown":
      return Effect.logWarning(
        `whether this was delivered is not known (${settlement.detail})${settlement.again === null ? "" : "; sent once more"}`
      ).pipe(Effect.annotateLogs(where))
    case "Dead":
      return row.unclear > 0
        ? Effect.logWarning(
            `whether this was delivered is not known; the second call was refused: ${settlement.detail}`
          ).pipe(Effect.annotateLogs(where))
        : (settlement.instead === null
            ? Effect.logError(`not delivered, and will not be: ${settlement.detail}`)
            : Effect.logWarning(`not delivered, something else is sent instead: ${settlement.detail}`)
          ).pipe(Effect.annotateLogs(where))
    case "Unauthorized":
      return Effect.logError("the token was refused: what is to be sent stays queued").pipe(Effect.annotateLogs(where))
    case "Release":
      return Effect.void
  }
}
