import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Schema from "effect/Schema"
import { guard, json, PageError } from "./guard.ts"
import type { Written } from "./model.ts"
import { Fault } from "./settings.ts"

const Name = Schema.String.check(Schema.isTrimmed(), Schema.isNonEmpty(), Schema.isMaxLength(100))

export const NewUser = Schema.Struct({ name: Name })
export const NewGroup = Schema.Struct({ name: Name, members: Schema.Array(Schema.String) })

const common = {
  chat: Schema.NonEmptyString,
  from: Schema.optionalKey(Schema.NonEmptyString),
  addressed: Schema.optionalKey(Schema.Literals(["mention", "reply", "none"])),
  date: Schema.optionalKey(Schema.Int)
}
export const NewMessage = Schema.Union([
  Schema.Struct({ ...common, kind: Schema.Literal("text"), text: Schema.NonEmptyString }),
  Schema.Struct({
    ...common,
    kind: Schema.Literal("photo"),
    url: Schema.NonEmptyString,
    text: Schema.optionalKey(Schema.String)
  }),
  Schema.Struct({
    ...common,
    kind: Schema.Literal("sticker"),
    sticker: Schema.NonEmptyString,
    url: Schema.optionalKey(Schema.String)
  }),
  Schema.Struct({ ...common, kind: Schema.Literal("voice"), url: Schema.NonEmptyString }),
  Schema.Struct({ ...common, kind: Schema.Literal("unsupported") }),
  /** A body of the caller's own, delivered as it is. */
  Schema.Struct({ kind: Schema.Literal("raw"), body: Schema.Unknown, chat: Schema.optionalKey(Schema.String) })
]).pipe(Schema.toTaggedUnion("kind"))
export type NewMessage = typeof NewMessage.Type

export const Settings = Schema.Struct({
  switches: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  /** Replaces all faults. */
  faults: Schema.optionalKey(Schema.Array(Fault))
})

/** The request's body, after the guard. */
export const readJson = <A>(schema: Schema.ConstraintCodec<A, unknown, never, unknown>) =>
  guard(json).pipe(
    Effect.andThen(HttpServerRequest.schemaBodyJson(schema)),
    Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.mebibytes(1)),
    Effect.catchTag("SchemaError", (error) => badBody(error.message))
  )

export const badBody = (detail: string) => Effect.fail(new PageError({ status: 400, code: "body", detail }))

export const noBot = new PageError({ status: 409, code: "no-bot", detail: "This Zalo has no bot yet." })

export const written = (message: Exclude<NewMessage, { readonly kind: "raw" }>): Written =>
  message.kind === "photo" ? { kind: "photo", url: message.url, caption: message.text } : message
