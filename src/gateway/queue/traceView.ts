import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { refusals } from "../../domain/reasons.ts"
import type { InboxEntry } from "../../journal/queue/entries.ts"
import { nameOfInbox } from "../../journal/queue/ids.ts"
import type { Trace, TracedSend } from "../../journal/queue/trace.ts"
import {
  AttemptView,
  attemptView,
  InboxView,
  inboxView,
  iso,
  isoOrNull,
  OutboxView,
  outboxView,
  RepairView,
  repairView
} from "./rowViews.ts"
import { readUpdate, wordsOfPayload, wordsOfUpdate } from "./words.ts"

const text = Schema.NullOr(Schema.String)
const millis = Schema.NullOr(Schema.Int)
const words = Schema.optionalKey(Schema.String)

/** The received message. */
export const TracedMessage = Schema.Struct({
  ...InboxView.fields,
  /** `text`, `photo`, `sticker`, `voice`, `unsupported`; null where the update cannot be read. */
  kind: text,
  sender: Schema.NullOr(Schema.Struct({ id: Schema.String, displayName: Schema.String })),
  /** When it was written, by Zalo's clock. */
  sentAt: text,
  repairs: Schema.Array(RepairView),
  text: words
})

/** What the gate said of it. */
export const TracedVerdict = Schema.Struct({
  /** `none`: it was not judged, or not yet. */
  decision: Schema.Literals(["allow", "ask", "drop", "none"]),
  /** What let it in. */
  rule: text,
  /** Why it was not. */
  reason: text
})

/** How long each step took, in milliseconds; null where it has not come to that. */
export const TracedTimes = Schema.Struct({
  /** From receipt to the first begin. */
  waitedMs: millis,
  /** From the agent's last question to its answer. */
  agentMs: millis,
  /** From the answer to the first part that Zalo took, and to the last. */
  firstSentMs: millis,
  lastSentMs: millis,
  /** From receipt to the last part that Zalo took. */
  totalMs: millis
})

/** The turn that the message belonged to. */
export const TracedTurn = Schema.Struct({
  id: Schema.String,
  /** Its messages, as `in:…`. */
  members: Schema.Array(Schema.String),
  state: Schema.String,
  reason: text,
  detail: text,
  agent: text,
  starts: Schema.Int,
  attempts: Schema.Int,
  beganAt: text,
  askedAt: text,
  answeredAt: text,
  /** When it ended, well or not. */
  endedAt: text,
  nextAt: text,
  times: TracedTimes
})

export const TracedPart = Schema.Struct({
  ...OutboxView.fields,
  attempts: Schema.Array(AttemptView),
  repairs: Schema.Array(RepairView),
  text: words
})

/** `trace --json` (`design.md` §6.2). What answers no message of ours has only sends. */
export const TraceView = Schema.Struct({
  message: Schema.NullOr(TracedMessage),
  verdict: Schema.NullOr(TracedVerdict),
  turn: Schema.NullOr(TracedTurn),
  sends: Schema.Array(TracedPart)
})
export type TraceView = typeof TraceView.Type

const refused: ReadonlySet<string> = new Set(refusals)

const verdictOf = ({ reason, rule }: InboxEntry): typeof TracedVerdict.Type => {
  if (rule !== null) return { decision: "allow", rule, reason: null }
  if (reason === "pairing") return { decision: "ask", rule: null, reason }
  return reason !== null && refused.has(reason)
    ? { decision: "drop", rule: null, reason }
    : { decision: "none", rule: null, reason: null }
}

const sentTimes = (sends: ReadonlyArray<TracedSend>): ReadonlyArray<number> =>
  sends
    .flatMap(({ row }) =>
      row.state === "sent" && row.origin === "turn" && row.settledAt !== null ? [row.settledAt] : []
    )
    .toSorted((one, other) => one - other)

const between = (from: number | null | undefined, to: number | null | undefined): number | null =>
  from === null || from === undefined || to === null || to === undefined ? null : to - from

/** The first of a turn's messages carries its tries and its times. */
const turnOf = (row: InboxEntry, { members, sends }: Trace): typeof TracedTurn.Type | null => {
  const head = members.find(({ beganAt }) => beganAt !== null) ?? row
  if (head.beganAt === null) return null
  const sent = sentTimes(sends)
  const answeredAt = head.state === "done" ? head.endedAt : null
  return {
    id: head.turn ?? `${head.account}:${head.messageId}`,
    members: members.map(nameOfInbox),
    state: head.state,
    reason: head.reason,
    detail: head.detail,
    agent: head.agent,
    starts: head.starts,
    attempts: head.attempts,
    beganAt: iso(head.beganAt),
    askedAt: isoOrNull(head.askedAt),
    answeredAt: isoOrNull(answeredAt),
    endedAt: isoOrNull(head.endedAt),
    nextAt: isoOrNull(head.nextAt),
    times: {
      waitedMs: between(row.receivedAt, head.beganAt),
      agentMs: between(head.askedAt, answeredAt),
      firstSentMs: between(answeredAt, sent[0]),
      lastSentMs: between(answeredAt, sent.at(-1)),
      totalMs: between(row.receivedAt, sent.at(-1))
    }
  }
}

/** A trace for people and programs; the words only where they are asked for. */
export const traceView = (trace: Trace, withText: boolean): TraceView => {
  const { message, sends } = trace
  const update = message === undefined ? undefined : readUpdate(message.row, message.content)
  return {
    message:
      message === undefined
        ? null
        : {
            ...inboxView(message.row),
            kind: update?.content._tag.toLowerCase() ?? null,
            sender: update === undefined ? null : { id: update.sender.id, displayName: update.sender.displayName },
            sentAt: update === undefined ? null : DateTime.formatIso(update.sentAt),
            repairs: message.repairs.map(repairView),
            ...(withText ? { text: wordsOfUpdate(message.row, message.content) } : {})
          },
    verdict: message === undefined ? null : verdictOf(message.row),
    turn: message === undefined ? null : turnOf(message.row, trace),
    sends: sends.map(({ attempts, content, repairs, row }) => ({
      ...outboxView(row),
      attempts: attempts.map(attemptView),
      repairs: repairs.map(repairView),
      ...(withText ? { text: wordsOfPayload(content) } : {})
    }))
  }
}
