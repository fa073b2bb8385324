import * as Schema from "effect/Schema"
import { AccountId, ChatId } from "../domain/ids.ts"
import { OutboundPayload } from "../domain/Reply.ts"
import { OutboxOrigin, OutboxReason, OutboxState } from "../domain/reasons.ts"
import { Int, NullableInt, RowId } from "./columns.ts"

/** What is to be sent: one call of the Bot API. `turn` groups the rows of one reply. */
export interface Outgoing {
  readonly account: AccountId
  readonly chat: ChatId
  readonly origin: OutboxOrigin
  readonly turn: string | null
  /** The inbox row that it answers. */
  readonly inboxSeq?: number | undefined
  readonly payload: OutboundPayload
}

/** The columns of an `OutboxRow`, named as its fields are. */
export const outboxColumns = `id, seq, account, chat, origin, turn, inbox_seq AS "inboxSeq", payload, state, reason, attempts, unclear, owner, deadline,
  next_at AS "nextAt", COALESCE(retried_at, created_at) AS "createdAt"`

export const OutboxRow = Schema.Struct({
  id: RowId,
  seq: Int,
  account: AccountId,
  chat: ChatId,
  origin: OutboxOrigin,
  turn: Schema.NullOr(Schema.String),
  inboxSeq: NullableInt,
  payload: Schema.fromJsonString(OutboundPayload),
  state: OutboxState,
  /** Of the last call whose fate is not known. */
  reason: Schema.NullOr(OutboxReason),
  /** Calls made so far. */
  attempts: Int,
  /** Calls whose fate is not known. */
  unclear: Int,
  owner: Schema.NullOr(Schema.String),
  deadline: NullableInt,
  nextAt: NullableInt,
  /** Since when it waits: an operator who wants it sent after all begins that anew. */
  createdAt: Int
})
export type OutboxRow = typeof OutboxRow.Type

/** What came of one call. */
export type Settlement =
  | { readonly _tag: "Sent"; readonly messageId: string | null }
  /** Surely not delivered, and it may work at `nextAt`. */
  | { readonly _tag: "Retry"; readonly nextAt: number; readonly detail: string }
  /** Zalo may have taken it. `again` is when the one further attempt may be made; null leaves it unknown. */
  | {
      readonly _tag: "Unknown"
      readonly reason: OutboxReason
      readonly again: number | null
      readonly detail: string
    }
  /** Surely not delivered, and it never will be. */
  | {
      readonly _tag: "Dead"
      readonly reason: OutboxReason
      readonly detail: string
      /** Sent in its place, before what follows it. */
      readonly instead: OutboundPayload | null
      /** Whether the rest of the same reply is given up. */
      readonly skipRest: boolean
    }
  /** The token was refused: the row waits until it works. */
  | { readonly _tag: "Unauthorized"; readonly detail: string }
  /** Nothing was asked of Zalo: it goes back as it was. */
  | { readonly _tag: "Release" }
