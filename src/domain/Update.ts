import * as Schema from "effect/Schema"
import { AccountId, ChatId, MessageId, SenderId } from "./ids.ts"

/** A private chat or a group, as Zalo writes it. */
export const ChatType = Schema.Literals(["PRIVATE", "GROUP"])
export type ChatType = typeof ChatType.Type

/** What a person sent, by the kinds that Zalo tells apart (`zalo-bot-api.md` §6.1). */
export const Content = Schema.TaggedUnion({
  Text: { text: Schema.String },
  /** `url` is absent when Zalo named none; `caption` is `""` when the person wrote none. */
  Photo: { url: Schema.optionalKey(Schema.String), caption: Schema.String },
  Sticker: { sticker: Schema.String, url: Schema.optionalKey(Schema.String) },
  Voice: { url: Schema.optionalKey(Schema.String) },
  Unsupported: {}
})
export type Content = typeof Content.Type

/** One message of one person, decoded: what the gate judges and the agent is asked about. */
export const InboundMessage = Schema.Struct({
  account: AccountId,
  id: MessageId,
  chat: Schema.Struct({ id: ChatId, type: ChatType }),
  /** `displayName` is free text and may be empty. */
  sender: Schema.Struct({ id: SenderId, displayName: Schema.String, isBot: Schema.Boolean }),
  sentAt: Schema.DateTimeUtc,
  content: Content
})
export type InboundMessage = typeof InboundMessage.Type
