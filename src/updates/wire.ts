import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { ChatId, MessageId, SenderId } from "../domain/ids.ts"

/** PostgreSQL indexes no key of some kilobytes; real ids have 20 to 24 characters (`zalo-bot-api.md` §6.2). */
const longestId = 256

/** An id that can be a key: some text, not long, and the same in memory and in every store. */
export const isUsableId = (value: unknown): value is string =>
  typeof value === "string" &&
  value.length <= longestId &&
  value.trim() !== "" &&
  !value.includes("\0") &&
  value.isWellFormed()

const usable = Schema.makeFilter(isUsableId, { message: "an id" })

/** A field that may be absent. Zalo sends no null where it was watched, and one would say the same. */
const maybe = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))
const maybeText = maybe(Schema.String)

/** What every message has (`zalo-bot-api.md` §6.2). `date`, `is_bot` and `chat_type` were missing from some captures. */
const envelope = {
  message_id: MessageId.check(usable),
  date: maybe(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 8_640_000_000_000_000 }))),
  from: Schema.Struct({
    id: SenderId.check(usable),
    display_name: maybeText,
    name: maybeText,
    is_bot: maybe(Schema.Boolean)
  }),
  chat: Schema.Struct({
    id: ChatId.check(usable),
    chat_type: maybe(Schema.Literals(["PRIVATE", "GROUP"]))
  })
}

const event = <const Name extends string, Fields extends Schema.Struct.Fields>(name: Name, fields: Fields) =>
  Schema.Struct({ event_name: Schema.Literal(name), message: Schema.Struct({ ...envelope, ...fields }) })

/**
 * The five events of `zalo-bot-api.md` §6.1, told apart by Zalo's own field, so that a malformed known event is an error
 * and not an unknown one. Fields that are not named here change nothing.
 */
export const KnownEvent = Schema.Union([
  event("message.text.received", { text: Schema.String }),
  event("message.image.received", { photo_url: maybeText, photo: maybeText, caption: maybeText }),
  event("message.sticker.received", { sticker: Schema.String, url: maybeText }),
  event("message.voice.received", { voice_url: maybeText }),
  event("message.unsupported.received", {})
]).pipe(Schema.toTaggedUnion("event_name"))
export type KnownEvent = typeof KnownEvent.Type

export const knownNames: ReadonlySet<string> = new Set(KnownEvent.discriminants)

/** Every field seen so far, by where it stands: whatever else comes counts as drift. */
export const knownFields = {
  event: new Set(["event_name", "message"]),
  message: new Set([
    "message_id",
    "date",
    "from",
    "chat",
    "text",
    "caption",
    "photo_url",
    "photo",
    "sticker",
    "url",
    "voice_url",
    "message_type"
  ]),
  from: new Set(["id", "display_name", "name", "is_bot"]),
  chat: new Set(["id", "chat_type"])
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  Predicate.isObject(value) && !Array.isArray(value)
