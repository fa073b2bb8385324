import * as Schema from "effect/Schema"
import { AccountId, ChatId, MessageId, TurnId } from "../domain/ids.ts"
import { InboxReason, InboxState, UpdateSource } from "../domain/reasons.ts"
import { Int, NullableInt } from "./columns.ts"

/** The columns of an `InboxRow`, named as its fields are: a decoder that also renames takes five times as long. */
export const inboxColumns = `seq, account, message_id AS "messageId", chat, received_at AS "receivedAt", source, body, state,
  reason, attempts, starts, noticed, turn, next_at AS "nextAt", began_at AS "beganAt"`

/** One update as it was received, and what became of it. */
export const InboxRow = Schema.Struct({
  seq: Int,
  account: AccountId,
  messageId: MessageId,
  chat: ChatId,
  /** Epoch milliseconds, like every time here. */
  receivedAt: Int,
  source: UpdateSource,
  body: Schema.String,
  state: InboxState,
  reason: Schema.NullOr(InboxReason),
  /** Failures of the agent. */
  attempts: Int,
  /** Turns that began and have not ended: it grows when the process dies in one. */
  starts: Int,
  /** Whether the sender was told of a failure. */
  noticed: Int,
  /** The turn that it is a fixed part of; null where it makes one by itself, or is not asked about yet. */
  turn: Schema.NullOr(TurnId),
  /** Not before then. */
  nextAt: NullableInt,
  /** When its first turn began. */
  beganAt: NullableInt,
  /** What let it in (`Verdict`), for as long as its turn is in hand: written down with what becomes of it. */
  rule: Schema.optionalKey(Schema.String)
})
export type InboxRow = typeof InboxRow.Type

/** An update that is to be journalled. `chat` is `-` when the body names none. */
export interface Admission {
  readonly account: AccountId
  readonly messageId: MessageId
  readonly chat: ChatId
  readonly receivedAt: number
  readonly source: UpdateSource
  readonly body: string
  readonly state: "pending" | "ignored" | "dead"
  readonly reason: InboxReason | null
}
