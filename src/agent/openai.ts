import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { HttpClient } from "effect/http/HttpClient"
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
import { pictureOf } from "./picture.ts"
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

    const answer = Effect.fnUntraced(function* (turn: Turn): Effect.fn.Return<ReadonlyArray<ReplyPart>, AgentError> {
      if (request === undefined) {
        return yield* new AgentError({ reason: { _tag: "Unreachable", detail: "the address is not a URL" } })
      }
      if (turn.message.kind === "text" && turn.message.text.trim() === "") return []
      const picture = options.images === true ? yield* pictureOf(turn, fs) : undefined
      const asked = yield* conversation(turn, budget, picture !== undefined)
      const began = yield* Clock.currentTimeMillis
      const answered = yield* withRetries(exchange(client, request(asked, picture), idle))
      yield* recordUsage(turn, options.model, answered, began)
      const text = answered.text.trim()
      return text === "" ? [] : [{ type: "text", text }]
    })

    const ask = Effect.fn("OpenAiAgent.ask")(answer, withTimeout(options.timeout ?? defaultTimeout))
    return { reply: (turn) => Stream.fromIterableEffect(ask(turn)), remembers: isTold(budget) }
  })
