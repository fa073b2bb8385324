import * as Schema from "effect/Schema"

/**
 * What the words of a part are: Markdown, unless said otherwise. Plain ones go out as they were typed: an echo, a notice, a
 * pairing code, an operator's message.
 */
const format = Schema.optionalKey(Schema.Literals(["markdown", "plain"]))

/** One part of an agent's answer, as agents write it (`design.md` §6.4). */
export const ReplyPart = Schema.Union([
  Schema.Struct({ type: Schema.Literal("text"), text: Schema.String, format }),
  Schema.Struct({
    type: Schema.Literal("photo"),
    /** An http(s) address; a local path or a data URI where files can be hosted (`media`). */
    url: Schema.String,
    caption: Schema.optionalKey(Schema.String),
    format
  }),
  Schema.Struct({ type: Schema.Literal("sticker"), sticker: Schema.String }),
  Schema.Struct({ type: Schema.Literal("voice"), url: Schema.String }),
  /** A person shall go on: what stands before it is still sent, and nothing after it. `reason` is for operators. */
  Schema.Struct({ type: Schema.Literal("handoff"), reason: Schema.optionalKey(Schema.String) })
]).pipe(Schema.toTaggedUnion("type"))
export type ReplyPart = typeof ReplyPart.Type

/**
 * One run of a text's look (`zalo-bot-api.md` §5.7): `start` and `len` in UTF-16 units, `st` Zalo's codes (`b`, `i`, `u`, `s`,
 * sizes `f_…`, colours `c_…`).
 */
export const TextStyle = Schema.Struct({ start: Schema.Int, len: Schema.Int, st: Schema.Array(Schema.String) })
export type TextStyle = typeof TextStyle.Type

/** Why the file cannot be given to Zalo, where that was found before it was to be sent. */
const problem = Schema.optionalKey(Schema.String)

/** One call of the Bot API that an outbox row stands for. */
export const OutboundPayload = Schema.TaggedUnion({
  Text: {
    text: Schema.String,
    styles: Schema.optionalKey(Schema.Array(TextStyle)),
    /** Zalo reads the text itself, and ignores `styles`. */
    parseMode: Schema.optionalKey(Schema.Literal("markdown"))
  },
  Photo: { url: Schema.String, caption: Schema.optionalKey(Schema.String), problem },
  Sticker: { sticker: Schema.String },
  Voice: { url: Schema.String, problem }
})
export type OutboundPayload = typeof OutboundPayload.Type
