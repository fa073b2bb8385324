import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { Gate } from "../access/Gate.ts"
import { withoutMention } from "../access/mention.ts"
import { PairingRepo } from "../access/PairingRepo.ts"
import { History } from "../agent/History.ts"
import { Streaming } from "../agent/Streaming.ts"
import type { LaneKey } from "../domain/ids.ts"
import type { ReplyPart } from "../domain/Reply.ts"
import type { InboxReason } from "../domain/reasons.ts"
import { Chats } from "../journal/chats/Chats.ts"
import { Inbox, type InboxEnd } from "../journal/Inbox.ts"
import type { InboxRow } from "../journal/InboxRow.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { Outbox } from "../journal/Outbox.ts"
import { MessageTraces } from "../journal/MessageTraces.ts"
import type { Unit } from "../journal/sessionStore.ts"
import { Media } from "../media/Media.ts"
import { decodeMessage } from "../updates/decode.ts"
import { type AccountRuntime, Accounts } from "./Accounts.ts"
import { ask } from "./asking.ts"
import { ended } from "./counts.ts"
import { type Group, makeGroups } from "./groups.ts"
import { makeHandoff } from "./handoff.ts"
import { makeHistory } from "./history.ts"
import { optOut } from "./optOut.ts"
import { makeOutdated } from "./outdated.ts"
import { queueCap } from "./queueCap.ts"
import { makeReplies } from "./replies.ts"
import { newSession } from "./newSession.ts"
import { ownerWord } from "./ownerWord.ts"
import { makeSessions } from "./sessions.ts"
import { SendLanes } from "./SendLanes.ts"
import { standsAlone } from "./standsAlone.ts"
import type { Station } from "./stations.ts"
import { makeThrottle, throttled } from "./throttle.ts"
import { makeTurnAway } from "./turnAway.ts"
import { afterFailure, inOneLine } from "./turnFailure.ts"
import { seenIn, turnOf } from "./turnOf.ts"
import { turnstile } from "./turnstile.ts"
import { TurnWakes } from "./TurnWakes.ts"
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
    /** Works on the oldest message of a chat that is due, and says whether there may be more. `woken` ends when the lane is woken again. */
    step(key: LaneKey, woken: Effect.Effect<void>): Effect.Effect<boolean, JournalError>
  }
>()("zalo-effect/pipeline/Turns") {
  static readonly layer: Layer.Layer<
    Turns,
    never,
    Journal | Inbox | Outbox | Chats | Gate | PairingRepo | Accounts | SendLanes | TurnWakes | Media
  > = Layer.effect(
    Turns,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const journal = yield* Journal
  const inbox = yield* Inbox
  const outbox = yield* Outbox
  const chats = yield* Chats
  const gate = yield* Gate
  const pairing = yield* PairingRepo
  const accounts = yield* Accounts
  const sends = yield* SendLanes
  const wakes = yield* TurnWakes
  const media = yield* Media
  const background = yield* Effect.scope
  const admit = yield* turnstile(concurrency)
  const replies = makeReplies(journal, inbox, outbox, chats, sends, media)
  const sessions = yield* makeSessions
  const handoff = makeHandoff({ journal, inbox, outbox, chats, gate, replies, sessions })
  const throttle = makeThrottle()
  const turnAway = makeTurnAway(journal, inbox, pairing, sends)
  const groups = makeGroups(inbox, gate, standsAlone(accounts, throttle, handoff.asks))
  const outdated = makeOutdated(groups, handoff)
  /** In the order in which a message comes by them. */
  const stations: ReadonlyArray<Station> = [
    ownerWord({ journal, inbox, outbox, pairing, sends, turns: wakes }),
    optOut(journal, chats, replies),
    throttled(throttle, replies),
    handoff.station,
    queueCap(journal, inbox),
    newSession(sessions, replies)
  ]

  const endRow = Effect.fnUntraced(function* (row: InboxRow, how: Omit<InboxEnd, "now">) {
    yield* journal.write(inbox.endUnit(row, { ...how, now: yield* Clock.currentTimeMillis }))
  })

  const answered = Effect.fnUntraced(function* (
    group: Group,
    account: AccountRuntime,
    parts: ReadonlyArray<ReplyPart>,
    sent: number,
    remember: Unit | undefined
  ) {
    const rows = yield* replies.answer(group, account, parts, sent === 0)
    const wish = parts.find(({ type }) => type === "handoff")
    if (wish?.type === "handoff") {
      yield* handoff.handOver(
        group,
        account,
        { by: "agent", reason: wish.reason },
        { rows, also: remember, begun: sent > 0 }
      )
      return yield* ended(group, "handoff")
    }
    const silent = rows.length === 0 && sent === 0
    const none: InboxReason = account.settings.agent.type === "none" ? "no-agent" : "no-reply"
    if (silent) yield* Effect.logInfo(`no reply: ${none}`)
    const taken = yield* replies.endTurn(
      group,
      { state: "done", reason: silent ? none : null },
      rows,
      remember,
      sent > 0
    )
    yield* ended(group, taken ? "handoff" : silent ? "silent" : "answered")
  })

  const failed = Effect.fnUntraced(function* (
    group: Group,
    account: AccountRuntime,
    cause: Cause.Cause<unknown>,
    sent = 0,
    remember?: Unit
  ) {
    const { row } = group.members[0]
    const now = yield* Clock.currentTimeMillis
    const detail = inOneLine(cause)
    if (sent > 0) {
      yield* Effect.logError(`the agent failed in the middle of its reply: ${detail}`)
      yield* replies.endTurn(group, { state: "done", reason: "cut-by-failure", detail }, [], remember, true)
      return yield* ended(group, "cut")
    }
    const next = afterFailure(row, account.settings.turns, now)
    const told = replies.notice(group, account, next.notice)
    if (next._tag === "GivenUp") {
      yield* Effect.logError(`the turn failed for good (${next.reason}): ${detail}`)
      if (account.settings.handoff.onAgentFailure) {
        yield* handoff.keepFailed(group, account, detail)
        return yield* ended(group, "handoff")
      }
      yield* replies.endTurn(group, { state: "dead", reason: next.reason, detail, failed: true }, told)
      return yield* ended(group, "dead")
    }
    yield* Effect.logWarning(
      `the turn failed and is tried again in ${Math.round((next.nextAt - now) / 1000)} s: ${detail}`
    )
    const failure = inbox.failUnit(row, { nextAt: next.nextAt, detail, noticed: told.length > 0 })
    yield* journal.write(
      Effect.flatMap(failure, (waits) => (waits ? outbox.appendUnit(told, now) : Effect.succeed([])))
    )
    yield* replies.wake(group, told)
    yield* ended(group, "retried")
  })

  const run = Effect.fnUntraced(function* (
    group: Group,
    account: AccountRuntime,
    woken: Effect.Effect<void>,
    restore: Restore
  ) {
    const { settings } = account
    const [{ row }] = group.members
    const botName = yield* account.botName
    const [first, ...rest] = group.members.map(({ message }) => withoutMention(message, botName))
    if (first === undefined) return
    const turn = yield* sessions.enter(turnOf(group.id, [first, ...rest], settings, row.attempts + 1))
    const remember = sessions.noteOf(turn, group, account.agent)
    const streams = settings.streaming === "paragraphs"
    if (streams && row.starts > 0 && (yield* outbox.begunReply(row))) {
      yield* replies.end(group, { state: "done", reason: "cut-by-restart" }, [], remember)
      return yield* ended(group, "cut")
    }
    const now = yield* Clock.currentTimeMillis
    const seen = chats.seenUnit(seenIn(turn, group.members.length, now))
    const begun = yield* inbox.begin(row, now, account.agent.kind ?? settings.agent.type, seen)
    if (Option.isNone(begun)) return
    yield* Effect.logDebug(`the agent is asked about: ${turn.message.text}`)
    let sent = 0
    const onPart = (part: ReplyPart) =>
      Effect.uninterruptibleMask((within) =>
        untilWritten(
          Effect.gen(function* () {
            const rows = yield* replies.answer(group, account, [part], sent === 0)
            sent += yield* replies.append(group, rows)
          }),
          within
        )
      )
    const asked = yield* ask({
      account,
      media,
      turn,
      background,
      onPart: streams ? onPart : undefined,
      outdated: outdated(group, account, woken)
    }).pipe(
      Effect.provideService(History, makeHistory(sessions.store, botName)),
      Effect.provideService(Streaming, streams),
      restore,
      // A stop is not the turn's fault.
      Effect.onInterrupt(() => Effect.ignore(inbox.giveBack(begun.value)))
    )
    yield* untilWritten(
      Effect.suspend(() => {
        switch (asked._tag) {
          case "Answered":
            return answered(group, account, asked.parts, sent, remember)
          case "Failed":
            return failed(group, account, asked.cause, sent, remember)
          case "Outdated":
            return handoff.giveWay(group, sent, remember)
        }
      }),
      restore
    )
  })

  /** Works on a message, and says whether its chat may have more to do. */
  const judge = Effect.fnUntraced(function* (oldest: InboxRow, account: AccountRuntime, woken: Effect.Effect<void>) {
    const decoded = decodeMessage(oldest.account, oldest.body, oldest.receivedAt)
    if (Result.isFailure(decoded)) {
      const { detail } = decoded.failure
      yield* Effect.logWarning(`the message cannot be read: ${detail}`)
      yield* endRow(oldest, { state: "dead", reason: "undecodable", detail })
      return true
    }
    const message = decoded.success
    const traces = yield* MessageTraces
    const verdict = yield* gate.judge(message).pipe(traces.step("gate"))
    if (verdict._tag !== "Allow") {
      yield* turnAway(oldest, message, verdict)
      return true
    }
    yield* Effect.logDebug(`let in: ${verdict.rule}`)
    const row: InboxRow = { ...oldest, rule: verdict.rule }
    for (const station of stations) {
      const handled = yield* station({ row, message, account })
      if (handled !== undefined) return handled === "ended"
    }
    const group = yield* groups.groupOf({ row, message }, account.settings.turns)
    if (row.starts >= poison) {
      yield* Effect.logError("the process died in this turn too often: it is not begun again")
      const tell = account.settings.turns.notice && row.noticed === 0
      const told = replies.notice(group, account, tell ? "failed" : undefined)
      yield* replies.end(group, { state: "dead", reason: "crashes" }, told)
      yield* ended(group, "dead")
      return true
    }
    yield* Effect.uninterruptibleMask((restore) => run(group, account, woken, restore)).pipe(
      admit(row.starts >= suspect),
      // The only catch-all: a bug in a turn is that turn's failure, not its lane's end.
      Effect.catchDefect((defect) => failed(group, account, Cause.die(defect)))
    )
    return true
  })

  return Turns.of({
    step: Effect.fnUntraced(function* (key: LaneKey, woken: Effect.Effect<void>) {
      const account = yield* accounts.get(key.account)
      if (Option.isNone(account)) return false
      const head = yield* inbox.head(key)
      if (Option.isNone(head)) return false
      const row = head.value
      if (row.nextAt !== null && row.nextAt > (yield* Clock.currentTimeMillis)) {
        if (yield* handoff.isCalled(row, account.value)) return true
        return account.value.settings.turns.mode === "interrupt" && (yield* groups.dissolve(row))
      }
      const traces = yield* MessageTraces
      return yield* judge(row, account.value, woken).pipe(
        Effect.annotateLogs({ account: row.account, chat: row.chat, messageId: row.messageId }),
        traces.under(row, "message.turn", { chat: row.chat, attempt: row.attempts + 1 })
      )
    })
  })
})
