import * as Schema from "effect/Schema"
import { AccountId, ChatId } from "../domain/ids.ts"
import { OutboxState } from "../domain/reasons.ts"
import { Int, NullableInt } from "../journal/columns.ts"
import { Millis } from "./columns.ts"

const requestFields = {
  account: AccountId,
  senderId: Schema.String,
  displayName: Schema.String,
  /** Where the challenge went and the approval will be told. */
  chat: ChatId,
  code: Schema.String,
  language: Schema.Literals(["vi", "en"]),
  createdAt: Millis,
  expiresAt: Millis,
  lastSeenAt: Millis
}

const requestKeys = {
  senderId: "sender",
  displayName: "display_name",
  createdAt: "created_at",
  expiresAt: "expires_at",
  lastSeenAt: "last_seen_at"
} as const

/** A person who waits for an approval. `senderId` is normalised (`entries.ts`). */
export const PairingRequest = Schema.Struct(requestFields).pipe(Schema.encodeKeys(requestKeys))
export type PairingRequest = typeof PairingRequest.Type

/** A request with what an approval has to know besides. */
export const HeldRequest = Schema.Struct({
  ...requestFields,
  /** The inbox row of the message that asked; null where none is known. */
  askedSeq: NullableInt,
  /** Whether what was written since is answered: 1 or 0. */
  replay: Int,
  /** Whether the owners were told of it, if there are any: 1 or 0. */
  ownersTold: Int
}).pipe(Schema.encodeKeys({ ...requestKeys, askedSeq: "asked_seq", ownersTold: "owners_told" }))
export type HeldRequest = typeof HeldRequest.Type

/** A person whom an operator let in. */
export const Grant = Schema.Struct({
  account: AccountId,
  senderId: Schema.String,
  displayName: Schema.String,
  approvedBy: Schema.String,
  approvedAt: Millis,
  /** `code`: by the code of a challenge. `import`: out of a file. */
  how: Schema.String
}).pipe(
  Schema.encodeKeys({
    senderId: "sender",
    displayName: "display_name",
    approvedBy: "approved_by",
    approvedAt: "approved_at"
  })
)
export type Grant = typeof Grant.Type

/** A person who is not heard, whatever the policy says. */
export const Block = Schema.Struct({
  account: AccountId,
  senderId: Schema.String,
  displayName: Schema.String,
  blockedBy: Schema.String,
  blockedAt: Millis
}).pipe(
  Schema.encodeKeys({
    senderId: "sender",
    displayName: "display_name",
    blockedBy: "blocked_by",
    blockedAt: "blocked_at"
  })
)
export type Block = typeof Block.Type

/** Messages of strangers that found the list of waiting senders full, for as long as anything is remembered of it. */
export const Overflow = Schema.Struct({
  account: AccountId,
  turnedAway: Int,
  firstAt: Millis,
  lastAt: Millis
}).pipe(Schema.encodeKeys({ turnedAway: "turned_away", firstAt: "first_at", lastAt: "last_at" }))
export type Overflow = typeof Overflow.Type

/** How a code came to its end. */
export const CodeEnd = Schema.Literals(["expired", "approved", "declined"])
export type CodeEnd = typeof CodeEnd.Type

/** A code that is worth nothing any more. */
export const EndedCode = Schema.Struct({
  account: AccountId,
  senderId: Schema.String,
  ended: CodeEnd,
  endedAt: Millis
}).pipe(Schema.encodeKeys({ senderId: "sender", endedAt: "ended_at" }))
export type EndedCode = typeof EndedCode.Type

/** A request and what became of its challenge. `challenge` is null once the outbox no longer holds the row. */
export const ChallengedRequest = Schema.Struct({
  code: Schema.String,
  account: AccountId,
  senderId: Schema.String,
  expiresAt: Millis,
  challenge: Schema.NullOr(OutboxState)
}).pipe(Schema.encodeKeys({ senderId: "sender", expiresAt: "expires_at" }))
export type ChallengedRequest = typeof ChallengedRequest.Type
