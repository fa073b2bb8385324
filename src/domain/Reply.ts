import * as Schema from "effect/Schema"

/** One part of an agent's answer, as agents write it (`design.md` §6.4). */
export const ReplyPart = Schema.Union([
  Schema.Struct({ type: Schema.Literal("text"), text: Schema.String }),
  Schema.Struct({
    type: Schema.Literal("photo"),
    /** An http(s) address, or a local path once hosting is configured. */
    url: Schema.String,
    caption: Schema.optionalKey(Schema.String)
  }),
  Schema.Struct({ type: Schema.Literal("sticker"), sticker: Schema.String }),
  Schema.Struct({ type: Schema.Literal("voice"), url: Schema.String })
]).pipe(Schema.toTaggedUnion("type"))
export type ReplyPart = typeof ReplyPart.Type

/** One call of the Bot API that an outbox row stands for. */
export const OutboundPayload = Schema.TaggedUnion({
  Text: { text: Schema.String },
  Photo: { url: Schema.String, caption: Schema.optionalKey(Schema.String) },
  Sticker: { sticker: Schema.String },
  Voice: { url: Schema.String }
})
export type OutboundPayload = typeof OutboundPayload.Type
