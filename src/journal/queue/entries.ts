import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { AccountId, ChatId, MessageId } from "../../domain/ids.ts"
import { InboxReason, InboxState, OutboxOrigin, OutboxReason, OutboxState, UpdateSource } from "../../domain/reasons.ts"
import { Int, NullableInt } from "../columns.ts"

const text = Schema.NullOr(Schema.String)

/** An inbox row without what was written in it. Times are milliseconds since 1970. */
export const InboxEntry = Schema.Struct({
  seq: Int,
  account: AccountId,
  messageId: MessageId,
  chat: ChatId,
  state: InboxState,
  reason: Schema.NullOr(InboxReason),
  /** What the agent or the decoder said of it. */
  detail: text,
  source: UpdateSource,
  receivedAt: Int,
  /** How often Zalo delivered it again. */
  duplicates: Int,
  attempts: Int,
  starts: Int,
  /** 1 while it is kept for a person, its chat being paused. */
  held: Int,
  turn: text,
  rule: text,
  agent: text,
  nextAt: NullableInt,
  beganAt: NullableInt,
  askedAt: NullableInt,
  endedAt: NullableInt
})
export type InboxEntry = typeof InboxEntry.Type

export const inboxEntryColumns = `seq, account, message_id AS "messageId", chat, state, reason, detail, source,
  received_at AS "receivedAt", duplicates, attempts, starts, held, turn, rule, agent, next_at AS "nextAt", began_at AS "beganAt",
  asked_at AS "askedAt", ended_at AS "endedAt"`

/** An outbox row without what is written in it. */
export const OutboxEntry = Schema.Struct({
  id: Int,
  seq: Int,
  account: AccountId,
  chat: ChatId,
  origin: OutboxOrigin,
  kind: Schema.String,
  state: OutboxState,
  reason: Schema.NullOr(OutboxReason),
  detail: text,
  turn: text,
  inboxSeq: NullableInt,
  /** The inbound message that it answers. */
  answers: text,
  attempts: Int,
  /** The row that was sent in its stead. */
  replacedBy: NullableInt,
  nextAt: NullableInt,
  /** Zalo's. */
  messageId: text,
  createdAt: Int,
  settledAt: NullableInt
})
export type OutboxEntry = typeof OutboxEntry.Type

export const outboxEntryColumns = `id, seq, account, chat, origin, kind, state, reason, detail, turn, inbox_seq AS "inboxSeq",
  (SELECT inbox.message_id FROM inbox WHERE inbox.seq = outbox.inbox_seq) AS "answers", attempts, replaced_by AS "replacedBy",
  next_at AS "nextAt", message_id AS "messageId", created_at AS "createdAt", settled_at AS "settledAt"`

/** What somebody did to a row. */
export const Repair = Schema.Struct({
  action: Schema.Literals(["retry", "drop", "mark-sent"]),
  /** Who. */
  actor: Schema.String,
  at: Int,
  wasState: Schema.String,
  wasReason: text
})
export type Repair = typeof Repair.Type

/** One call of the Bot API for an outbox row. */
export const Attempt = Schema.Struct({
  n: Int,
  startedAt: Int,
  endedAt: NullableInt,
  /** Null while it runs. */
  outcome: text,
  detail: text
})
export type Attempt = typeof Attempt.Type

/** Runs a query and decodes its rows. One that we cannot have written is a defect, as everywhere in the journal. */
export const rowsOf = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownEffect(Schema.Array(schema))
  return (
    query: Effect.Effect<ReadonlyArray<unknown>, SqlError>
  ): Effect.Effect<ReadonlyArray<S["Type"]>, SqlError, S["DecodingServices"]> =>
    Effect.flatMap(query, (rows) => Effect.orDie(decode(rows)))
}
