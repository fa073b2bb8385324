import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { LaneKey } from "../domain/ids.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { type Claim, Outbox } from "../journal/Outbox.ts"
import type { OutboxRow, Settlement } from "../journal/OutboxRow.ts"
import type { ZaloApi } from "../zalo/ZaloApi.ts"
import type { Sent } from "../zalo/wire.ts"
import type { ZaloError } from "../zalo/ZaloError.ts"
import { timeouts } from "../zalo/timeouts.ts"
import { type AccountRuntime, Accounts } from "./Accounts.ts"
import { Instance } from "./Instance.ts"
import { failed, unknown, unsendable } from "./settlement.ts"

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
  static readonly layer: Layer.Layer<Sender, never, Journal | Outbox | Accounts | Instance> = Layer.effect(
    Sender,
    Effect.suspend(() => make)
  )
}

/** The row of a call is overdue this long after the call's own time-out, ms. */
const grace = 5_000

const allow = (payload: OutboundPayload): number =>
  Duration.toMillis(payload._tag === "Photo" ? timeouts.sendPhoto : timeouts.sendMessage) + grace

const call = (api: ZaloApi["Service"], chat: string, payload: OutboundPayload): Effect.Effect<Sent, ZaloError> => {
  switch (payload._tag) {
    case "Text":
      return api.sendMessage({ chat, text: payload.text })
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
  const owner = yield* Instance

  const claim = Effect.fnUntraced(function* (key: LaneKey) {
    const now = yield* Clock.currentTimeMillis
    const as: Claim = { owner, now, allow }
    return yield* journal.write(outbox.claimUnit(key, as))
  })

  const settle = Effect.fnUntraced(function* (row: OutboxRow, settlement: Settlement) {
    const now = yield* Clock.currentTimeMillis
    yield* journal.write(outbox.settleUnit(row, settlement, now))
    if (settlement._tag === "Sent") return
    yield* log(row, settlement)
  })

  const attempt = Effect.fnUntraced(function* (account: AccountRuntime, row: OutboxRow) {
    const cannot = unsendable(row)
    if (cannot !== undefined) return cannot
    const result = yield* Effect.result(call(account.api, row.chat, row.payload))
    if (Result.isSuccess(result)) {
      yield* account.pace.accepted
      const sent: Settlement = { _tag: "Sent", messageId: result.success.messageId ?? null }
      return sent
    }
    const { failure } = result
    if (failure.reason._tag === "Unauthorized") yield* account.tokenRefused
    if (failure.reason._tag === "RateLimited" || failure.reason._tag === "QuotaExceeded") {
      yield* account.pace.refused(row.chat)
    }
    return failed(failure, row, account.settings, yield* Clock.currentTimeMillis)
  })

  const interrupted = Effect.fnUntraced(function* (account: AccountRuntime, row: OutboxRow) {
    const now = yield* Clock.currentTimeMillis
    yield* settle(row, unknown(row, account.settings, "interrupted", "the process stopped while it was sending", now))
  })

  const send = (account: AccountRuntime, row: OutboxRow) =>
    attempt(account, row).pipe(
      // Stopped in the middle of the call: what came of it is not known.
      Effect.onInterrupt(() => Effect.ignore(interrupted(account, row))),
      Effect.flatMap((settlement) => Effect.uninterruptible(settle(row, settlement)))
    )

  return Sender.of({
    step: Effect.fnUntraced(function* (key: LaneKey) {
      const account = yield* accounts.get(key.account)
      if (Option.isNone(account) || !(yield* account.value.maySend)) return false
      yield* account.value.pace.take(key.chat)
      const row = yield* claim(key)
      if (Option.isNone(row)) return false
      yield* send(account.value, row.value)
      return true
    }),

    recover: Effect.fnUntraced(function* (account: AccountRuntime) {
      const now = yield* Clock.currentTimeMillis
      const rows = yield* outbox.orphans(account.settings.id, owner, now)
      for (const row of rows) yield* interrupted(account, row)
      return rows.length
    })
  })
})

const log = (row: OutboxRow, settlement: Exclude<Settlement, { readonly _tag: "Sent" }>) => {
  const where = { account: row.account, chat: row.chat, outbox: `out:${row.id}` }
  switch (settlement._tag) {
    case "Retry":
      return Effect.logWarning(`not delivered, tried again later: ${settlement.detail}`).pipe(
        Effect.annotateLogs(where)
      )
    case "Unknown":
      return Effect.logWarning(
        `whether this was delivered is not known (${settlement.detail})${settlement.again === null ? "" : "; sent once more"}`
      ).pipe(Effect.annotateLogs(where))
    case "Dead":
      return Effect.logError(`not delivered, and will not be: ${settlement.detail}`).pipe(Effect.annotateLogs(where))
    case "Release":
      return Effect.logError("the token was refused: what is to be sent stays queued").pipe(Effect.annotateLogs(where))
  }
}
