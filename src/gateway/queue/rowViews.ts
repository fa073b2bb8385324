import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import type { Attempt, InboxEntry, OutboxEntry, Repair } from "../../journal/queue/entries.ts"
import { nameOfInbox, nameOfOutbox } from "../../journal/queue/ids.ts"
import type { Shown } from "../../journal/queue/Queue.ts"
import { wordsOfPayload, wordsOfUpdate } from "./words.ts"

const text = Schema.NullOr(Schema.String)
/** ISO 8601, UTC. */
const time = Schema.String
const maybeTime = Schema.NullOr(time)

/** A received message, as `queue list --json` and the API show it: without what was written in it. */
export const InboxView = Schema.Struct({
  /** `in:ACCOUNT/MESSAGE_ID` */
  id: Schema.String,
  account: Schema.String,
  chat: Schema.String,
  state: Schema.String,
  reason: text,
  detail: text,
  receivedAt: time,
  source: Schema.String,
  messageId: Schema.String,
  /** How often Zalo delivered it again. */
  duplicates: Schema.Int,
  /** Failures of the agent. */
  attempts: Schema.Int,
  /** Turns that began and have not ended. */
  starts: Schema.Int,
  /** Kept for a person, its chat being paused. */
  held: Schema.Boolean,
  nextAt: maybeTime,
  endedAt: maybeTime
})
export type InboxView = typeof InboxView.Type

/** Something that is to be sent, or was. */
export const OutboxView = Schema.Struct({
  /** `out:ID` */
  id: Schema.String,
  account: Schema.String,
  chat: Schema.String,
  state: Schema.String,
  reason: text,
  detail: text,
  createdAt: time,
  origin: Schema.String,
  kind: Schema.String,
  /** The message that it answers, as `in:…`. */
  answers: text,
  turn: text,
  /** Zalo's id of what was sent. */
  messageId: text,
  /** Calls made so far. */
  attempts: Schema.Int,
  /** What was sent in its stead, as `out:…`. */
  replacedBy: text,
  nextAt: maybeTime,
  settledAt: maybeTime
})
export type OutboxView = typeof OutboxView.Type

export const RepairView = Schema.Struct({
  action: Schema.String,
  by: Schema.String,
  at: time,
  was: Schema.Struct({ state: Schema.String, reason: text })
})

export const AttemptView = Schema.Struct({
  n: Schema.Int,
  startedAt: time,
  endedAt: maybeTime,
  elapsedMs: Schema.NullOr(Schema.Int),
  /** `sent`, `not-delivered`, `unknown`, `refused`, `unauthorized`; null while it runs. */
  outcome: text,
  detail: text
})

export const iso = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))
export const isoOrNull = (millis: number | null): string | null => (millis === null ? null : iso(millis))

export const inboxView = (row: InboxEntry): InboxView => ({
  id: nameOfInbox(row),
  account: row.account,
  chat: row.chat,
  state: row.state,
  reason: row.reason,
  detail: row.detail,
  receivedAt: iso(row.receivedAt),
  source: row.source,
  messageId: row.messageId,
  duplicates: row.duplicates,
  attempts: row.attempts,
  starts: row.starts,
  held: row.state === "pending" && row.held === 1,
  nextAt: isoOrNull(row.nextAt),
  endedAt: isoOrNull(row.endedAt)
})

export const outboxView = (row: OutboxEntry): OutboxView => ({
  id: nameOfOutbox(row),
  account: row.account,
  chat: row.chat,
  state: row.state,
  reason: row.reason,
  detail: row.detail,
  createdAt: iso(row.createdAt),
  origin: row.origin,
  kind: row.kind,
  answers: row.answers === null ? null : nameOfInbox({ account: row.account, messageId: row.answers }),
  turn: row.turn,
  messageId: row.messageId,
  attempts: row.attempts,
  replacedBy: row.replacedBy === null ? null : nameOfOutbox({ id: row.replacedBy }),
  nextAt: isoOrNull(row.nextAt),
  settledAt: isoOrNull(row.settledAt)
})

export const repairView = ({ action, actor, at, wasReason, wasState }: Repair): typeof RepairView.Type => ({
  action,
  by: actor,
  at: iso(at),
  was: { state: wasState, reason: wasReason }
})

export const attemptView = ({ detail, endedAt, n, outcome, startedAt }: Attempt): typeof AttemptView.Type => ({
  n,
  startedAt: iso(startedAt),
  endedAt: isoOrNull(endedAt),
  elapsedMs: endedAt === null ? null : endedAt - startedAt,
  outcome,
  detail
})

/** One row with its evidence, as `queue show --json` gives it; the words only where they are asked for. */
export const shownView = ({ attempts, content, entry, repairs }: Shown, withText: boolean) => ({
  ...(entry._tag === "In" ? inboxView(entry.row) : { ...outboxView(entry.row), tries: attempts.map(attemptView) }),
  repairs: repairs.map(repairView),
  ...(withText ? { text: entry._tag === "In" ? wordsOfUpdate(entry.row, content) : wordsOfPayload(content) } : {})
})
