import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AccountId, ChatId } from "../../domain/ids.ts"
import { BroadcastReason, BroadcastState, LeftOut, Missed, RecipientState } from "../../domain/Proactive.ts"
import { OutboundPayload, ReplyPart } from "../../domain/Reply.ts"
import { OutboxReason, OutboxState } from "../../domain/reasons.ts"
import { Int, NullableInt, RowId } from "../columns.ts"

const strings = Schema.fromJsonString(Schema.Array(Schema.String))
export const Payloads = Schema.fromJsonString(Schema.Array(OutboundPayload))
export const Parts = Schema.fromJsonString(Schema.Array(ReplyPart))
export const encodeStrings = Schema.encodeSync(strings)
export const encodePayloads = Schema.encodeSync(Payloads)
export const encodeParts = Schema.encodeSync(Parts)

/** Who began it: an operator with a message for all or with a list of chats, or a schedule. */
export const BroadcastKind = Schema.Literals(["broadcast", "list", "schedule"])
export type BroadcastKind = typeof BroadcastKind.Type

/** The columns of a `BroadcastRow`, named as its fields are. The list of chats may be long: only who needs it reads it. */
export const broadcastColumns = `id, account, name, kind, schedule, payloads, since, strict, quiet, uses_reserve AS "usesReserve",
  CASE WHEN chats IS NULL THEN 1 ELSE 0 END AS "toAll", state, reason, detail, created_at AS "createdAt",
  created_by AS "createdBy", ended_at AS "endedAt"`

/** One message for many. Times are epoch ms. */
export const BroadcastRow = Schema.Struct({
  id: RowId,
  account: AccountId,
  name: Schema.NullOr(Schema.String),
  kind: BroadcastKind,
  schedule: Schema.NullOr(RowId),
  payloads: Payloads,
  since: NullableInt,
  strict: Int,
  /** Whether it keeps quiet hours. */
  quiet: Int,
  /** Whether an operator let it use what is kept for replies. */
  usesReserve: Int,
  toAll: Int,
  state: BroadcastState,
  reason: Schema.NullOr(BroadcastReason),
  detail: Schema.NullOr(Schema.String),
  createdAt: Int,
  createdBy: Schema.String,
  endedAt: NullableInt
})
export type BroadcastRow = typeof BroadcastRow.Type

export const recipientColumns = `broadcast, n, chat, name, state, reason, detail, message_ids AS "messageIds", at`

/** One recipient of a broadcast, and what became of the message. */
export const RecipientRow = Schema.Struct({
  broadcast: RowId,
  n: Int,
  chat: ChatId,
  name: Schema.String,
  state: RecipientState,
  reason: Schema.NullOr(Schema.Union([LeftOut, OutboxReason])),
  detail: Schema.NullOr(Schema.String),
  messageIds: Schema.NullOr(strings),
  /** When that was noted. */
  at: NullableInt
})
export type RecipientRow = typeof RecipientRow.Type

/** One row of the outbox, as far as a broadcast asks. */
export const PartRow = Schema.Struct({
  id: RowId,
  seq: Int,
  turn: Schema.String,
  state: OutboxState,
  reason: Schema.NullOr(OutboxReason),
  detail: Schema.NullOr(Schema.String),
  messageId: Schema.NullOr(Schema.String)
})
export type PartRow = typeof PartRow.Type

export const scheduleColumns = `id, account, name, cron, zone, once_at AS "onceAt", parts, chats, single, within, missed, state,
  next_at AS "nextAt", asked_at AS "askedAt", created_at AS "createdAt", created_by AS "createdBy"`

/** When something is sent, and to whom. */
export const ScheduleRow = Schema.Struct({
  id: RowId,
  account: AccountId,
  name: Schema.NullOr(Schema.String),
  /** Null for one that runs once, at `onceAt`. */
  cron: Schema.NullOr(Schema.String),
  /** IANA name. */
  zone: Schema.String,
  onceAt: NullableInt,
  parts: Parts,
  /** Null is everybody. */
  chats: Schema.NullOr(strings),
  /** Whether it is for one chat, and not for a list that happens to hold one. */
  single: Int,
  /** Only to who wrote within so many ms before the run. */
  within: NullableInt,
  /** Null: as the account has it. */
  missed: Schema.NullOr(Missed),
  state: Schema.Literals(["active", "paused", "done"]),
  nextAt: NullableInt,
  askedAt: NullableInt,
  createdAt: Int,
  createdBy: Schema.String
})
export type ScheduleRow = typeof ScheduleRow.Type

/** One time that was due (or asked for), and what became of it. */
export const RunRow = Schema.Struct({
  schedule: RowId,
  dueAt: Int,
  notedAt: Int,
  outcome: Schema.Literals(["started", "asked", "missed"]),
  /** Times due before it that were not made up for. */
  missed: Int,
  broadcast: Schema.NullOr(RowId)
})
export type RunRow = typeof RunRow.Type

/** The turn of a recipient's outbox rows. */
export const turnOf = (broadcast: string, n: number): string => `b${broadcast}:${n}`

/** Whose rows have that turn; undefined when it is none of a broadcast's. */
export const recipientIn = (turn: string): { readonly broadcast: number; readonly n: number } | undefined => {
  const [, broadcast, n] = /^b(\d+):(\d+)$/.exec(turn) ?? []
  return broadcast === undefined || n === undefined ? undefined : { broadcast: Number(broadcast), n: Number(n) }
}

/** Rows as a schema has them. One that does not fit was written by nobody here. */
export const rowsOf = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownEffect(Schema.Array(schema))
  return <E, R>(rows: Effect.Effect<ReadonlyArray<unknown>, E, R>) =>
    Effect.flatMap(rows, (found) => Effect.orDie(decode(found)))
}
