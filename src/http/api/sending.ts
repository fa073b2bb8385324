import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { OutboxReason, OutboxState } from "../../domain/reasons.ts"
import { makeOperatorMessages, type MessageRefused, type OperatorMessage } from "../../gateway/operatorMessages.ts"
import type { SentMessage } from "../../journal/api/SentMessages.ts"
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
export const SettledMessage = Schema.Struct({ ...message, settled: Schema.Literal(true) }).annotate({
  identifier: "SettledMessage"
})
export const OpenMessage = Schema.Struct({ ...message, settled: Schema.Literal(false) }).annotate({
  identifier: "OpenMessage"
})

/** Whoever repeats a request with it sends nothing more. */
export const IdempotencyKey = {
  "idempotency-key": Schema.optionalKey(Schema.String.check(Schema.isBetweenLength(1, 255)))
}

/** Why a message was not taken, in the words of the API. */
export const toldOfMessage = ({ message, reason }: MessageRefused): BadRequest | NotFound | Conflict | Unavailable => {
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

const shown = (
  id: string,
  { account, chat, parts }: SentMessage
): typeof SettledMessage.Type | typeof OpenMessage.Type => {
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

/** Sends and tells how it stands, for the groups that send. */
export const makeSending = Effect.gen(function* () {
  const messages = yield* makeOperatorMessages

  const standing = Effect.fnUntraced(function* (id: string, wait: number) {
    const number = id.replace(/^out:/, "")
    const found = yield* Effect.mapError(messages.standing(number, Duration.seconds(wait)), storeTrouble)
    if (Option.isSome(found)) return shown(`out:${number}`, found.value)
    return yield* NotFound.because({ code: "not-found", message: `no sent message has the id ${id}` })
  })

  const send = Effect.fnUntraced(function* (message: OperatorMessage, wait: number) {
    const { id } = yield* messages.send(message).pipe(
      Effect.catchTags({
        MessageRefused: (refused) => Effect.fail(toldOfMessage(refused)),
        JournalError: (error) => Effect.fail(storeTrouble(error))
      })
    )
    return yield* standing(id, wait)
  })

  return { send, standing }
})
