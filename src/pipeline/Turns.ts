import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { Gate } from "../access/Gate.ts"
import { withoutMention } from "../access/mention.ts"
import { PairingRepo } from "../access/PairingRepo.ts"
import type { Refusal } from "../access/settle.ts"
import type { LaneKey } from "../domain/ids.ts"
import type { ReplyPart } from "../domain/Reply.ts"
import type { InboxReason, OutboxOrigin } from "../domain/reasons.ts"
import { texts } from "../domain/texts.ts"
import type { InboundMessage } from "../domain/Update.ts"
import { Inbox, type InboxEnd } from "../journal/Inbox.ts"
import type { InboxRow } from "../journal/InboxRow.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { Outbox } from "../journal/Outbox.ts"
import type { Outgoing } from "../journal/OutboxRow.ts"
import { render } from "../render/messages.ts"
import { responsePrefix } from "../render/prefix.ts"
import { renderOptions } from "../render/settings.ts"
import { decodeMessage } from "../updates/decode.ts"
import { type AccountRuntime, Accounts } from "./Accounts.ts"
import { SendLanes } from "./SendLanes.ts"
import { afterFailure } from "./turnFailure.ts"
import { turnOf } from "./turnOf.ts"
import { turnstile } from "./turnstile.ts"
import { whileTyping } from "./Typing.ts"
import { type Restore, untilWritten } from "./untilWritten.ts"

/** Turns at once, over all accounts. */
const concurrency = 256

/** A turn that began this often without an end may be what kills the process: it runs alone, */
const suspect = 3
/** and from here on no more. */
const poison = 10

/** Makes replies out of messages, one message of a chat after the other. */
export class Turns extends Context.Service<
  Turns,
  {
    /** Works on the oldest message of a chat that is due, and says whether there may be more. */
    step(key: LaneKey): Effect.Effect<boolean, JournalError>
  }
>()("zalo-effect/pipeline/Turns") {
  static readonly layer: Layer.Layer<
    Turns,
    never,
    Journal | Inbox | Outbox | Gate | PairingRepo | Accounts | SendLanes
  > = Layer.effect(
    Turns,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const journal = yield* Journal
  const inbox = yield* Inbox
  const outbox = yield* Outbox
  const gate = yield* Gate
  const pairing = yield* PairingRepo
  const accounts = yield* Accounts
  const sends = yield* SendLanes
  const background = yield* Effect.scope
  const admit = yield* turnstile(concurrency)

  /** Ends a row, and appends what is sent because of it, in one transaction. */
  const end = Effect.fnUntraced(function* (
    row: InboxRow,
    how: Omit<InboxEnd, "now">,
    replies: ReadonlyArray<Outgoing>
  ) {
    const now = yield* Clock.currentTimeMillis
    const ended = inbox.endUnit(row, { ...how, now })
    yield* journal.write(replies.length === 0 ? ended : Effect.andThen(outbox.appendUnit(replies, now), ended))
    if (replies.length > 0) yield* sends.wake(row)
  })

  const outgoing = (
    row: InboxRow,
    account: AccountRuntime,
    origin: OutboxOrigin,
    parts: ReadonlyArray<ReplyPart>,
    prefix = ""
  ) =>
    render(parts, { ...renderOptions(account.settings), responsePrefix: prefix }).map((payload): Outgoing => ({
      account: row.account,
      chat: row.chat,
      origin,
      turn: `${row.account}:${row.messageId}${origin === "notice" ? ":notice" : ""}`,
      inboxSeq: row.seq,
      payload
    }))

  const notice = (row: InboxRow, account: AccountRuntime, which: "delayed" | "failed" | undefined) =>
    which === undefined
      ? []
      : outgoing(row, account, "notice", [
          { type: "text", text: texts(account.settings.language)[which], format: "plain" }
        ])

  /** No turn: a pairing challenge, or nothing. */
  const turnAway = Effect.fnUntraced(function* (row: InboxRow, message: InboundMessage, verdict: Refusal) {
    const now = yield* Clock.currentTimeMillis
    const settled = yield* journal.write(
      Effect.gen(function* () {
        const reason = yield* pairing.settleUnit(message, verdict)
        if (reason !== "judge-again") yield* inbox.endUnit(row, { state: "ignored", reason, now })
        return reason
      })
    )
    if (settled === "judge-again") return
    if (settled === "pairing") yield* sends.wake(row)
    yield* Effect.logDebug(`no turn: ${settled}`)
  })

  const answered = Effect.fnUntraced(function* (
    row: InboxRow,
    account: AccountRuntime,
    parts: ReadonlyArray<ReplyPart>
  ) {
    const { id, name, responsePrefix: template } = account.settings
    const bot = Option.getOrUndefined(yield* account.botName)
    const replies = outgoing(row, account, "turn", parts, responsePrefix(template, { account: id, name, bot }))
    const none: InboxReason = account.settings.agent.type === "none" ? "no-agent" : "no-reply"
    if (replies.length === 0) yield* Effect.logInfo(`no reply: ${none}`)
    yield* end(row, { state: "done", reason: replies.length === 0 ? none : null }, replies)
  })

  const failed = Effect.fnUntraced(function* (row: InboxRow, account: AccountRuntime, cause: Cause.Cause<unknown>) {
    const now = yield* Clock.currentTimeMillis
    const detail = inOneLine(cause)
    const next = afterFailure(row, account.settings.turns, now)
    const replies = notice(row, account, next.notice)
    if (next._tag === "GivenUp") {
      yield* Effect.logError(`the turn failed for good (${next.reason}): ${detail}`)
      return yield* end(row, { state: "dead", reason: next.reason, detail, failed: true }, replies)
    }
    yield* Effect.logWarning(
      `the turn failed and is tried again in ${Math.round((next.nextAt - now) / 1000)} s: ${detail}`
    )
    const failure = inbox.failUnit(row, { nextAt: next.nextAt, detail, noticed: replies.length > 0 })
    yield* journal.write(Effect.andThen(outbox.appendUnit(replies, now), failure))
    if (replies.length > 0) yield* sends.wake(row)
  })

  const ask = Effect.fnUntraced(function* (
    row: InboxRow,
    account: AccountRuntime,
    message: InboundMessage,
    restore: Restore
  ) {
    const begun = yield* inbox.begin(row, yield* Clock.currentTimeMillis)
    if (Option.isNone(begun)) return
    const turn = turnOf(withoutMention(message, yield* account.botName), account.settings, row.attempts + 1)
    const result = yield* Effect.suspend(() => account.agent.reply(turn).pipe(Stream.runCollect)).pipe(
      whileTyping(account.api, row.chat, background),
      // Not reached by a stop from outside: what arrives here is the agent's own, an interruption included.
      Effect.matchCause({ onFailure: Result.fail, onSuccess: Result.succeed }),
      restore,
      // A stop is not the turn's fault.
      Effect.onInterrupt(() => Effect.ignore(inbox.giveBack(begun.value)))
    )
    const outcome = Result.isSuccess(result)
      ? answered(begun.value, account, result.success)
      : failed(begun.value, account, result.failure)
    yield* untilWritten(outcome, restore)
  })

  const judge = Effect.fnUntraced(function* (row: InboxRow, account: AccountRuntime) {
    const decoded = decodeMessage(row.account, row.body, row.receivedAt)
    if (Result.isFailure(decoded)) {
      const { detail } = decoded.failure
      yield* Effect.logWarning(`the message cannot be read: ${detail}`)
      return yield* end(row, { state: "dead", reason: "undecodable", detail }, [])
    }
    const verdict = yield* gate.judge(decoded.success)
    if (verdict._tag !== "Allow") return yield* turnAway(row, decoded.success, verdict)
    if (row.starts >= poison) {
      yield* Effect.logError("the process died in this turn too often: it is not begun again")
      const told = notice(row, account, account.settings.turns.notice && row.noticed === 0 ? "failed" : undefined)
      return yield* end(row, { state: "dead", reason: "crashes" }, told)
    }
    yield* Effect.uninterruptibleMask((restore) => ask(row, account, decoded.success, restore))
  })

  return Turns.of({
    step: Effect.fnUntraced(function* (key: LaneKey) {
      const account = yield* accounts.get(key.account)
      if (Option.isNone(account)) return false
      const head = yield* inbox.head(key)
      if (Option.isNone(head)) return false
      const row = head.value
      if (row.nextAt !== null && row.nextAt > (yield* Clock.currentTimeMillis)) return false
      yield* judge(row, account.value).pipe(
        // The only catch-all: a bug in a turn is that turn's failure, not its lane's end.
        Effect.catchDefect((defect) => failed(row, account.value, Cause.die(defect))),
        admit(row.starts >= suspect && row.starts < poison),
        Effect.annotateLogs({ account: row.account, chat: row.chat, message: row.messageId })
      )
      return true
    })
  })
})

/** The failure's own sentence; a defect's is kept short, because it may hold anything. */
const inOneLine = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  const text = error instanceof Error ? error.message : String(error)
  return text.split("\n", 1)[0]?.slice(0, 300) ?? ""
}
