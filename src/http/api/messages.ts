import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { ChatId } from "../../domain/ids.ts"
import { account, Wait } from "./fields.ts"
import { Authorized, Readable, reading } from "./guards.ts"
import { BadRequest, Conflict, NotFound, Unavailable } from "./refusals.ts"
import { IdempotencyKey, makeSending, OpenMessage, SettledMessage } from "./sending.ts"

const Outgoing = Schema.Struct({
  /** The default account when absent. */
  account,
  chat: ChatId,
  /** The text, or the picture's caption. */
  text: Schema.optionalKey(Schema.String),
  /** A picture: an http(s) address, a data URI, or the path of a file on the gateway's machine. */
  media: Schema.optionalKey(Schema.NonEmptyString),
  /** How the text is meant. Default `plain`: as it is written. */
  format: Schema.optionalKey(Schema.Literals(["plain", "markdown"])),
  /** Wait for its fate, this many seconds at most. Default 0: answer as soon as it is kept. */
  wait: Schema.optionalKey(Wait)
}).annotate({ identifier: "OutgoingMessage" })

export const messagesGroup = HttpApiGroup.make("messages")
  .add(
    HttpApiEndpoint.post("send", "/messages", {
      headers: IdempotencyKey,
      payload: Outgoing,
      success: [SettledMessage, OpenMessage.pipe(HttpApiSchema.status(202))],
      error: [BadRequest, NotFound, Conflict, Unavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Send a text or a picture to a chat",
        description:
          "200 when its fate is known, 202 while it waits in the outbox. With an `Idempotency-Key`, a request that is " +
          "repeated within a week sends nothing more and tells how the first one's message stands."
      })
    ),
    HttpApiEndpoint.get("message", "/messages/:id", {
      params: { id: Schema.String },
      query: {
        wait: Schema.optionalKey(Schema.FiniteFromString.check(Schema.isBetween({ minimum: 0, maximum: 120 })))
      },
      success: [SettledMessage, OpenMessage],
      error: [BadRequest, NotFound, Unavailable]
    }).annotate(OpenApi.Summary, "How a sent message stands; `wait` seconds for its fate")
  )
  .annotateMerge(reading)
  .prefix("/v1")
  .middleware(Readable)
  .middleware(Authorized)

const api = HttpApi.make("zalo-effect").add(messagesGroup)

export const messagesHandlers = HttpApiBuilder.group(
  api,
  "messages",
  Effect.fnUntraced(function* (handlers) {
    const { send, standing } = yield* makeSending

    return handlers.handleAll({
      send: ({ headers, payload }) => {
        const { account, chat, format = "plain", media, text = "", wait = 0 } = payload
        return send({ account, chat, text, media, format, key: headers["idempotency-key"] }, wait)
      },
      message: ({ params, query }) => standing(params.id, query.wait ?? 0)
    })
  })
)
