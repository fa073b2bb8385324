import * as Schema from "effect/Schema"

/** An account's name in the configuration: one bot token. Lower case, so that it can be part of a path or a lane key. */
export const AccountId = Schema.String.check(Schema.isPattern(/^[a-z0-9_-]+$/)).pipe(Schema.brand("AccountId"))
export type AccountId = typeof AccountId.Type

/** Zalo's ids are opaque strings (20 hex characters, groups with `zgr-` before them): `zalo-bot-api.md` §6.2. */
export const ChatId = Schema.NonEmptyString.pipe(Schema.brand("ChatId"))
export type ChatId = typeof ChatId.Type

/** A person's id as this bot sees it (`zalo-bot-api.md` §6.2). */
export const SenderId = Schema.NonEmptyString.pipe(Schema.brand("SenderId"))
export type SenderId = typeof SenderId.Type

/** The key under which an update is journalled: Zalo's `message_id`, or `~` and the SHA-256 of a body that has none. */
export const MessageId = Schema.NonEmptyString.pipe(Schema.brand("MessageId"))
export type MessageId = typeof MessageId.Type

/** `ACCOUNT:first message id`: the same in every attempt, so an agent can use it as an idempotency key. */
export const TurnId = Schema.NonEmptyString.pipe(Schema.brand("TurnId"))
export type TurnId = typeof TurnId.Type

/** One chat of one account: what is kept in order. */
export interface LaneKey {
  readonly account: AccountId
  readonly chat: ChatId
}

/** The turn that begins with this message. */
export const turnId = (account: AccountId, first: MessageId): TurnId => TurnId.make(`${account}:${first}`)
