import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AccountId, ChatId } from "../../domain/ids.ts"
import { OutboxReason, OutboxState } from "../../domain/reasons.ts"
import { makeOperatorMessages, type MessageRefused } from "../../gateway/operatorMessages.ts"
import type { SentMessage } from "../../journal/api/SentMessages.ts"
import { Authorized, Readable, reading } from "./guards.ts"
import { BadRequest, Conflict, NotFound, storeTrouble, Unavailable } from "./refusals.ts"

const Part = Schema.Struct({
  /** `out:ID`, as `queue list` has it. */
  id: Schema.String,
  state: OutboxState,
  reason: Schema.NullOr(OutboxReason),
  detail: Schema.NullOr(Schema.String),
  messageId: Schema.NullOr(Schema.String)
})

const message = {
  ok: Schema.Literal(true),
  /** Asks for it later: the first part's. */
  id: Schema.String,
  account: Schema.String,
  chatId: Schema.String,
  /** `sent` when every part is; else the first state of a part that is not. */
  state: OutboxState,
  /** Zalo's ids of the parts that were sent. */
  messageIds: Schema.Array(Schema.String),
  parts: Schema.Array(Part)
}

/** Nothing more will happen to it by itself. */
const Settled = Schema.Struct({ ...message, settled: Schema.Literal(true) }).annotate({ identifier: "SettledMessage" })
const Open = Schema.Struct({ ...message, settled: Schema.Literal(false) }).annotate({ identifier: "OpenMessage" })

const Outgoing = Schema.Struct({
  /** The default account when absent. */
  account: Schema.optionalKey(AccountId),
  chat: ChatId,
  /** The text, or the picture's caption. */
  text: Schema.optionalKey(Schema.String),
  /** A picture: an http(s) address, a data URI, or the path of a file on the gateway's machine. */
  media: Schema.optionalKey(Schema.NonEmptyString),
  /** How the text is meant. Default `plain`: as it is written. */
  format: Schema.optionalKey(Schema.Literals(["plain", "markdown"])),
  /** Wait for its fate, this many seconds at most. Default 0: answer as soon as it is kept. */
  wait: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 120 })))
}).annotate({ identifier: "OutgoingMessage" })

const Key = {
  "idempotency-key": Schema.optionalKey(Schema.String.check(Schema.isBetweenLength(1, 255)))
}

export const messagesGroup = HttpApiGroup.make("messages")
  .add(
    HttpApiEndpoint.post("send", "/messages", {
      headers: Key,
      payload: Outgoing,
      success: [Settled, Open.pipe(HttpApiSchema.status(202))],
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
      success: [Settled, Open],
      error: [BadRequest, NotFound, Unavailable]
    }).annotate(OpenApi.Summary, "How a sent message stands; `wait` seconds for its fate")
  )
  .annotateMerge(reading)
  .prefix("/v1")
  .middleware(Readable)
  .middleware(Authorized)

const api = HttpApi.make("zalo-effect").add(messagesGroup)

const told = ({ message, reason }: MessageRefused): BadRequest | NotFound | Conflict | Unavailable => {
  switch (reason) {
    case "unknown-account":
      return NotFound.because({ code: reason, message, field: "account" })
    case "account-unavailable":
      return Unavailable.because({ code: reason, message })
    case "nothing-to-send":
      return BadRequest.because({ code: "invalid", message, field: "text" })
    case "bad-media":
      return BadRequest.because({ code: reason, message, field: "media" })
    case "key-taken":
      return Conflict.because({ code: reason, message })
  }
}

const shown = (id: string, { account, chat, parts }: SentMessage): typeof Settled.Type | typeof Open.Type => {
  const open = parts.find(({ state }) => state === "queued" || state === "sending")
  const bad = open ?? parts.find(({ state }) => state !== "sent")
  const all = {
    ok: true as const,
    id,
    account,
    chatId: chat,
    state: bad?.state ?? ("sent" as const),
    messageIds: parts.flatMap(({ messageId }) => (messageId === null ? [] : [messageId])),
    parts: parts.map((part) => ({ ...part, id: `out:${part.id}` }))
  }
  return open === undefined ? { ...all, settled: true } : { ...all, settled: false }
}

export const messagesHandlers = HttpApiBuilder.group(
  api,
  "messages",
  Effect.fnUntraced(function* (handlers) {
    const messages = yield* makeOperatorMessages

    const standing = Effect.fnUntraced(function* (id: string, wait: number) {
      const number = id.replace(/^out:/, "")
      const found = yield* Effect.mapError(messages.standing(number, Duration.seconds(wait)), storeTrouble)
      if (Option.isSome(found)) return shown(`out:${number}`, found.value)
      return yield* NotFound.because({ code: "not-found", message: `no sent message has the id ${id}` })
    })

    return handlers.handleAll({
      send: Effect.fnUntraced(function* ({ headers, payload }) {
        const { account, chat, format = "plain", media, text = "", wait = 0 } = payload
        const { id } = yield* messages
          .send({ account, chat, text, media, format, key: headers["idempotency-key"] })
          .pipe(
            Effect.catchTags({
              MessageRefused: (refused) => Effect.fail(told(refused)),
              JournalError: (error) => Effect.fail(storeTrouble(error))
            })
          )
        return yield* standing(id, wait)
      }),
      message: ({ params, query }) => standing(params.id, query.wait ?? 0)
    })
  })
)
