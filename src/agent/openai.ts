import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { HttpClient } from "effect/http/HttpClient"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { ReplyPart } from "../domain/Reply.ts"
import type { Turn } from "../domain/Turn.ts"
import type { AgentBridge } from "./AgentBridge.ts"
import { AgentError } from "./AgentError.ts"
import { quiet } from "./client.ts"
import { conversation, defaultBudget, type HistoryBudget, isTold } from "./conversation.ts"
import { exchange } from "./openai/exchange.ts"
import { type RequestOptions, requests } from "./openai/request.ts"
import { withRetries } from "./openai/retries.ts"
import { Paragraphs } from "./Paragraphs.ts"
import { pictureOf } from "./picture.ts"
import { Streaming } from "./Streaming.ts"
import { recordUsage } from "./usage.ts"
import { defaultTimeout, withTimeout } from "./withTimeout.ts"

/** Which model is asked, where, and with what. */
export interface OpenAiOptions extends RequestOptions {
  /** For one turn, with all that is tried for it; 120 s if absent. */
  readonly timeout?: Duration.Input | undefined
  /** The longest silence inside an answer that has begun; 30 s if absent. */
  readonly idleTimeout?: Duration.Input | undefined
  /** What is told of the session before the turn: 20 messages and 4,000 tokens if absent. */
  readonly history?: HistoryBudget | undefined
  /** Whether the model sees pictures. */
  readonly images?: boolean | undefined
}

const defaultIdle = Duration.seconds(30)

/**
 * A bridge to a model behind a chat-completions endpoint: OpenAI's, or one that speaks as it does. The answer is asked for as a
 * stream and taken whole if the endpoint does not stream. Faults that may pass are tried again while nothing of the answer has
 * come. A blank message is not asked about.
 */
export const makeOpenAi = (
  options: OpenAiOptions
): Effect.Effect<AgentBridge["Service"], never, HttpClient | FileSystem> =>
  Effect.gen(function* () {
    const client = quiet(yield* HttpClient)
    const fs = yield* FileSystem
    const request = requests(options)
    const budget = options.history ?? defaultBudget
    const idle = options.idleTimeout ?? defaultIdle

    const answer = Effect.fnUntraced(function* (
      turn: Turn,
      onText?: (text: string) => Effect.Effect<void>
    ): Effect.fn.Return<string, AgentError> {
      if (request === undefined) {
        return yield* new AgentError({ reason: { _tag: "Unreachable", detail: "the address is not a URL" } })
      }
      if (turn.message.kind === "text" && turn.message.text.trim() === "") return ""
      const picture = options.images === true ? yield* pictureOf(turn, fs) : undefined
      const asked = yield* conversation(turn, budget, picture !== undefined)
      const began = yield* Clock.currentTimeMillis
      const sent = request({ conversation: asked, picture, session: turn.session })
      const answered = yield* withRetries(exchange(client, sent, idle, onText))
      yield* recordUsage(turn, options.model, answered, began)
      return answered.text.trim()
    })

    const ask = Effect.fn("OpenAiAgent.ask")(answer, withTimeout(options.timeout ?? defaultTimeout))

    const whole = (turn: Turn) => Stream.fromIterableEffect(Effect.map(ask(turn), (text) => partsOf([text])))

    const inParagraphs = (turn: Turn): Stream.Stream<ReplyPart, AgentError> =>
      Stream.callback((queue) => {
        const paragraphs = new Paragraphs()
        const offer = (texts: ReadonlyArray<string>) => Queue.offerAll(queue, partsOf(texts))
        return ask(turn, (text) => Effect.asVoid(offer(paragraphs.push(text)))).pipe(
          Effect.andThen(() => offer(paragraphs.end())),
          Effect.matchCauseEffect({
            onFailure: (cause) => Queue.failCause(queue, cause),
            onSuccess: () => Queue.end(queue)
          })
        )
      })

    return {
      reply: (turn) => Stream.unwrap(Effect.map(Streaming, (streams) => (streams ? inParagraphs(turn) : whole(turn)))),
      remembers: isTold(budget)
    }
  })

const partsOf = (texts: ReadonlyArray<string>): ReadonlyArray<ReplyPart> =>
  texts.flatMap((text) => (text === "" ? [] : [{ type: "text", text }]))
