import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Gate } from "../access/Gate.ts"
import { withoutMention, wordsOf } from "../access/mention.ts"
import { type LaneKey, turnId } from "../domain/ids.ts"
import { saysOneOf } from "../domain/phrases.ts"
import type { InboundMessage } from "../domain/Update.ts"
import type { Chats, PausedBy } from "../journal/chats/Chats.ts"
import type { Inbox } from "../journal/Inbox.ts"
import type { InboxRow } from "../journal/InboxRow.ts"
import type { Journal } from "../journal/Journal.ts"
import type { Outbox } from "../journal/Outbox.ts"
import type { Outgoing } from "../journal/OutboxRow.ts"
import type { Unit } from "../journal/sessionStore.ts"
import { decodeMessage } from "../updates/decode.ts"
import type { AccountRuntime } from "./Accounts.ts"
import { ended } from "./counts.ts"
import type { Group } from "./groups.ts"
import type { Replies } from "./replies.ts"
import type { Sessions } from "./sessions.ts"
import type { Station } from "./stations.ts"
import { seenIn, turnOf } from "./turnOf.ts"

/** Why a person takes over, where no operator said so. */
export interface Wanted {
  readonly by: Exclude<PausedBy, "cli" | "api">
  readonly reason: string | undefined
}

/** What else comes with the end of a turn that is handed over. */
interface Ending {
  /** What is sent before the notice. */
  readonly rows?: ReadonlyArray<Outgoing>
  /** SQL that belongs to it. */
  readonly also?: Unit | undefined
  /** Whether some of the reply is gone already. */
  readonly begun?: boolean
}

/** Messages that are looked through for one that asks for a person, behind one that the bot is busy with. */
const newest = 8

/** What an operator reads of it. */
const longestReason = 300

/** How chats are handed to people while messages come in. */
export const makeHandoff = (services: {
  readonly journal: Journal["Service"]
  readonly inbox: Inbox["Service"]
  readonly outbox: Outbox["Service"]
  readonly chats: Chats["Service"]
  readonly gate: Gate["Service"]
  readonly replies: Replies
  readonly sessions: Sessions
}) => {
  const { chats, gate, inbox, journal, outbox, replies, sessions } = services

  const says = Effect.fnUntraced(function* (
    message: InboundMessage,
    account: AccountRuntime,
    phrases: ReadonlyArray<string>
  ) {
    if (phrases.length === 0 || message.content._tag !== "Text") return false
    return saysOneOf(wordsOf(withoutMention(message, yield* account.botName).content), phrases)
  })

  const alone = ({ message, row }: { readonly message: InboundMessage; readonly row: InboxRow }): Group => ({
    id: turnId(row.account, row.messageId),
    members: [{ row, message }]
  })

  /** What is known of a message that makes no turn: that its chat was heard of, and which session it belongs to. */
  const noted = Effect.fnUntraced(function* (group: Group, account: AccountRuntime, now: number) {
    const [{ message }] = group.members
    const turn = yield* sessions.enter(
      turnOf(group.id, [withoutMention(message, yield* account.botName)], account.settings, 1)
    )
    const seen = chats.seenUnit({ ...seenIn(turn, 1, now), always: true })
    const note = sessions.noteOf(turn, group, account.agent)
    return Effect.gen(function* () {
      if (seen !== undefined) yield* seen
      if (note !== undefined) yield* note
    })
  })

  const begin = (row: InboxRow, { settings }: AccountRuntime, { by, reason }: Wanted, now: number) => {
    const after = settings.handoff.resumeAfter
    return chats.pauseUnit(row, {
      by,
      reason: reason?.slice(0, longestReason),
      resumeAt: after === undefined ? undefined : now + Duration.toMillis(after),
      tell: false,
      wanted: true,
      now
    })
  }

  const log = ({ by, reason }: Wanted) =>
    Effect.logWarning(`a person is wanted in this chat (${by})${reason === undefined ? "" : `: ${reason}`}`)

  /** Ends a turn with its chat in a person's hands: what was to be sent is sent, and the people there are told. */
  const handOver = Effect.fnUntraced(function* (
    group: Group,
    account: AccountRuntime,
    wanted: Wanted,
    { also, begun, rows = [] }: Ending
  ) {
    const [{ row }] = group.members
    const now = yield* Clock.currentTimeMillis
    const pause = Effect.asVoid(begin(row, account, wanted, now))
    const taken = yield* replies.endTurn(
      group,
      { state: "done", reason: "handoff" },
      [...rows, ...replies.handedOver(group, account, wanted)],
      also === undefined ? pause : Effect.andThen(also, pause),
      begun
    )
    if (!taken) yield* log(wanted)
  })

  /** Keeps for a person what the agent failed on for good. */
  const keepFailed = Effect.fnUntraced(function* (group: Group, account: AccountRuntime, detail: string) {
    const wanted: Wanted = { by: "failure", reason: detail }
    const rows = group.members.map((member) => member.row)
    const told = replies.handedOver(group, account, wanted)
    const now = yield* Clock.currentTimeMillis
    yield* journal.write(
      Effect.gen(function* () {
        yield* begin(rows[0] ?? group.members[0].row, account, wanted, now)
        if (yield* chats.holdUnit(rows)) yield* outbox.appendUnit(told, now)
      })
    )
    yield* replies.wake(group, told)
    yield* log(wanted)
  })

  const handBack = Effect.fnUntraced(function* (group: Group, account: AccountRuntime) {
    const [{ row }] = group.members
    const now = yield* Clock.currentTimeMillis
    const told = account.settings.handoff.notice ? replies.notice(group, account, "handedBack") : []
    const back = yield* chats.resume(
      row,
      { answer: false, now },
      Effect.andThen(inbox.endUnit(row, { state: "done", reason: "handoff", now }), outbox.appendUnit(told, now))
    )
    if (back === undefined) return undefined
    yield* replies.wake(group, told)
    yield* Effect.logInfo("the bot was called back by the person")
    return "ended" as const
  })

  const keep = Effect.fnUntraced(function* (group: Group, account: AccountRuntime) {
    const now = yield* Clock.currentTimeMillis
    const rows = group.members.map((member) => member.row)
    const note = yield* noted(group, account, now)
    const held = yield* journal.write(Effect.tap(chats.holdUnit(rows), (kept) => (kept ? note : Effect.void)))
    if (!held) return undefined
    yield* Effect.logDebug("kept for a person")
    return "ended" as const
  })

  const askedFor = Effect.fnUntraced(function* (group: Group, account: AccountRuntime) {
    const note = yield* noted(group, account, yield* Clock.currentTimeMillis)
    yield* handOver(group, account, { by: "keyword", reason: undefined }, { also: note })
  })

  /** Keeps messages while a person answers, and sees to the words that call for one or for the bot. */
  const station: Station = Effect.fnUntraced(function* ({ account, message, row }) {
    const { keywords, resumeKeywords } = account.settings.handoff
    const group = alone({ message, row })
    if (yield* chats.paused(row)) {
      const back = yield* says(message, account, resumeKeywords)
      return yield* back ? handBack(group, account) : keep(group, account)
    }
    if (!(yield* says(message, account, keywords))) return undefined
    yield* askedFor(group, account)
    return "ended" as const
  })

  /** Whether somebody asks for a person behind what the bot is busy with, or waits to try again: then the chat is handed over. */
  const isCalled = Effect.fnUntraced(function* (head: InboxRow, account: AccountRuntime) {
    const { keywords } = account.settings.handoff
    if (keywords.length === 0) return false
    for (const row of yield* inbox.newest(head, newest)) {
      if (row.seq <= head.seq) continue
      const decoded = decodeMessage(row.account, row.body, row.receivedAt)
      if (Result.isFailure(decoded) || !(yield* says(decoded.success, account, keywords))) continue
      const verdict = yield* gate.judge(decoded.success)
      if (verdict._tag !== "Allow") continue
      const group = alone({ message: decoded.success, row: { ...row, rule: verdict.rule } })
      // The turn under way may end meanwhile: that is no reason to do this by half.
      yield* Effect.uninterruptible(askedFor(group, account))
      return true
    }
    return false
  })

  /** Ends a turn that came to nothing: its messages wait again. A person who took over has the last word where some of the reply is gone already. */
  const giveWay = Effect.fnUntraced(function* (group: Group, sent: number, remember: Unit | undefined) {
    if (sent > 0 && (yield* chats.paused(group.members[0].row))) {
      yield* replies.end(group, { state: "done", reason: "handoff" }, [], remember)
      return yield* ended(group, "handoff")
    }
    yield* inbox.release(group.members.map((member) => member.row))
    yield* ended(group, "outdated")
  })

  return {
    station,
    giveWay,
    handOver,
    keepFailed,
    isCalled,
    /** Whether a message asks for a person: then it is part of no other's turn. */
    asks: (message: InboundMessage, account: AccountRuntime) =>
      says(message, account, account.settings.handoff.keywords),
    /** Whether a person took over since the turn began. */
    isTaken: (head: InboxRow, account: AccountRuntime) =>
      Effect.flatMap(chats.paused(head), (paused) => (paused ? Effect.succeed(true) : isCalled(head, account))),
    paused: (key: LaneKey) => chats.paused(key)
  }
}

export type Handoff = ReturnType<typeof makeHandoff>
