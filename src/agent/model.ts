import * as AiError from "effect/ai/AiError"
import * as LanguageModel from "effect/ai/LanguageModel"
import { ModelName } from "effect/ai/Model"
import * as Prompt from "effect/ai/Prompt"
import type * as Tool from "effect/ai/Tool"
import type * as Toolkit from "effect/ai/Toolkit"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ReplyPart } from "../domain/Reply.ts"
import type { Turn } from "../domain/Turn.ts"
import type { AgentBridge } from "./AgentBridge.ts"
import { AgentError } from "./AgentError.ts"
import { type Conversation, conversation, defaultBudget, type HistoryBudget, isTold } from "./conversation.ts"
import { CurrentTurn } from "./CurrentTurn.ts"
import { failureOf } from "./failureOf.ts"
import { type Picture, pictureOf } from "./picture.ts"
import { recordUsage, type Usage } from "./usage.ts"
import { defaultTimeout, withTimeout } from "./withTimeout.ts"

/** Tools by their names. */
export type Tools = Record<string, Tool.Any>

/** How a `LanguageModel` answers. */
export interface ModelOptions<T extends Tools> {
  /** The system message: who the bot is. */
  readonly instructions?: string | undefined
  /** What the model may call. Handlers learn who is asking from `CurrentTurn`. */
  readonly toolkit?: Toolkit.Toolkit<T> | undefined
  /** How often it may call tools before it must have answered; 8 if absent. */
  readonly maxSteps?: number | undefined
  /** For one turn, tools included; 120 s if absent. */
  readonly timeout?: Duration.Input | undefined
  /** What is told of the session before the turn: 20 messages and 4,000 tokens if absent. */
  readonly history?: HistoryBudget | undefined
  /** Whether the model sees pictures. */
  readonly images?: boolean | undefined
}

/** What a model and its tools need. */
export type ModelServices<T extends Tools> =
  | LanguageModel.LanguageModel
  | Tool.HandlersFor<T>
  | LanguageModel.ExtractServices<{ readonly toolkit: Toolkit.WithHandler<T> }>

const usualSteps = 8

const failedWith = (detail: string) => new AgentError({ reason: { _tag: "Failed", detail } })

/** A provider's failure is named by its reason: its words may quote what people wrote. */
const asAgentError = (cause: Cause.Cause<unknown>): AgentError => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  return AiError.isAiError(error) ? failedWith(`the model's provider: ${error.reason._tag}`) : failureOf(cause)
}

const promptOf = (
  instructions: string | undefined,
  { earlier, now }: Conversation,
  picture: Picture | undefined
): Prompt.Prompt =>
  Prompt.make([
    ...(instructions?.trim() ? [{ role: "system" as const, content: instructions }] : []),
    ...earlier.map(({ role, text }) => ({ role, content: [{ type: "text" as const, text }] })),
    {
      role: "user" as const,
      content: [
        ...(now === "" ? [] : [{ type: "text" as const, text: now }]),
        ...(picture === undefined ? [] : [{ type: "file" as const, ...picture }])
      ]
    }
  ])

const sum = (a: number | undefined, b: number | undefined) =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0)

/**
 * A bridge to any `LanguageModel`. Tools that it calls are run, and it is asked again with their results until it has answered;
 * only its last words are the reply. A blank message is not asked about.
 */
export const makeModel = <T extends Tools = {}>(
  options: ModelOptions<T>
): Effect.Effect<AgentBridge["Service"], never, ModelServices<T>> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<ModelServices<T>>()
    const fs = Option.getOrUndefined(yield* Effect.serviceOption(FileSystem))
    const name = Option.getOrElse(yield* Effect.serviceOption(ModelName), () => "unnamed")
    const toolkit = options.toolkit === undefined ? undefined : yield* options.toolkit
    const budget = options.history ?? defaultBudget
    const maxSteps = options.maxSteps ?? usualSteps

    /** The caller's spans and log annotations win over those of the moment at which the layer was built. */
    const within = <A, E>(effect: Effect.Effect<A, E, ModelServices<T>>): Effect.Effect<A, E> =>
      Effect.updateContext<A, E, ModelServices<T>, never>(effect, (current) => Context.merge(context, current))

    const generate = (prompt: Prompt.Prompt) =>
      toolkit === undefined ? LanguageModel.generateText({ prompt }) : LanguageModel.generateText({ prompt, toolkit })

    const converse = Effect.fnUntraced(function* (asked: Prompt.Prompt) {
      let prompt = asked
      let usage: Usage = { input: undefined, output: undefined }
      for (let step = 0; step <= maxSteps; step++) {
        const response = yield* generate(prompt)
        const { inputTokens, outputTokens } = response.usage
        usage = { input: sum(usage.input, inputTokens.total), output: sum(usage.output, outputTokens.total) }
        if (!response.toolCalls.some((call) => !call.providerExecuted)) {
          return { text: response.text.trim(), usage, finish: response.finishReason.replace("-", "_") }
        }
        prompt = Prompt.concat(prompt, Prompt.fromResponseParts(response.content))
      }
      return yield* failedWith(`the model called tools ${maxSteps} times and had not answered`)
    })

    const answer = Effect.fnUntraced(function* (turn: Turn): Effect.fn.Return<ReadonlyArray<ReplyPart>, AgentError> {
      if (turn.message.kind === "text" && turn.message.text.trim() === "") return []
      const picture = options.images === true ? yield* pictureOf(turn, fs) : undefined
      const asked = promptOf(options.instructions, yield* conversation(turn, budget, picture !== undefined), picture)
      const began = yield* Clock.currentTimeMillis
      const { text, ...outcome } = yield* converse(asked).pipe(
        Effect.provideService(CurrentTurn, Option.some(turn)),
        within,
        Effect.catchCause((cause) => Effect.fail(asAgentError(cause)))
      )
      yield* recordUsage(turn, name, outcome, began)
      return text === "" ? [] : [{ type: "text", text }]
    })

    const ask = Effect.fn("ModelAgent.ask")(answer, withTimeout(options.timeout ?? defaultTimeout))
    return { reply: (turn) => Stream.fromIterableEffect(ask(turn)), remembers: isTold(budget) }
  })
