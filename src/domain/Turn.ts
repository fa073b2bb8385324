import * as Schema from "effect/Schema"
import { AccountId, ChatId, MessageId, SenderId, TurnId } from "./ids.ts"
import { ChatType } from "./Update.ts"

/** What kind of message an agent is asked about (`design.md` §6.4). */
export const MessageKind = Schema.Literals(["text", "photo", "sticker", "voice", "unsupported"])
export type MessageKind = typeof MessageKind.Type

/** A file that came with the message. `path` is absent while nothing was fetched. */
export const TurnMedia = Schema.Struct({
  path: Schema.optionalKey(Schema.String),
  contentType: Schema.optionalKey(Schema.String),
  bytes: Schema.optionalKey(Schema.Int),
  url: Schema.optionalKey(Schema.String)
})
export type TurnMedia = typeof TurnMedia.Type

/** One message as an agent sees it. */
export const TurnMessage = Schema.Struct({
  id: MessageId,
  kind: MessageKind,
  /** The text, a photo's caption, or `""`. */
  text: Schema.String,
  sentAt: Schema.DateTimeUtcFromString,
  media: Schema.optionalKey(TurnMedia)
})
export type TurnMessage = typeof TurnMessage.Type

/** What stands in a message's text, at its end or alone, when its file could not be had (`reference-behaviour.md` §1.9). */
export const mediaNotice = (kind: "image" | "voice"): string => `[zalo ${kind} attachment unavailable]`

/**
 * What an agent is asked. Its encoded form is the JSON of `design.md` §6.4, byte for byte what a command reads on its
 * standard input and an HTTP agent in its request's body.
 */
export const Turn = Schema.Struct({
  turnId: TurnId,
  /** 1 for the first try. */
  attempt: Schema.Int,
  account: AccountId,
  session: Schema.String,
  chat: Schema.Struct({ id: ChatId, type: ChatType }),
  sender: Schema.Struct({ id: SenderId, displayName: Schema.String }),
  /** The message; of several (`turns.mode`), the first one's id and time, and all their texts, a line each. */
  message: TurnMessage,
  /** All messages of a turn that is about more than one, in their order. */
  messages: Schema.optionalKey(Schema.Array(TurnMessage))
})
export type Turn = typeof Turn.Type
