import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type { Scope } from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { AgentConfig } from "../domain/Account.ts"
import type { ReplyPart } from "../domain/Reply.ts"
import type { Turn } from "../domain/Turn.ts"
import type { AgentError } from "./AgentError.ts"
import { type CommandOptions, makeCommand } from "./command.ts"
import { type AgentServices, makeAgent } from "./config.ts"
import { echo } from "./echo.ts"
import { type FunctionAnswer, type FunctionOptions, makeFunction } from "./function.ts"
import { type HttpOptions, makeHttp, makeHttpAsync } from "./http.ts"
import type { ModelOptions, ModelServices, Tools } from "./model.ts"
import { makeNdjson } from "./ndjson.ts"
import { none } from "./none.ts"
import { makeOpenAi, type OpenAiOptions } from "./openai.ts"
import type { PendingReplies } from "./PendingReplies.ts"
import { unavailable } from "./unavailable.ts"

export { AgentError, AgentReason } from "./AgentError.ts"

/**
 * The seam between a turn and whatever answers it. The stream's parts are sent in their order once it has ended; a failure
 * makes the whole turn run again, with the same `turnId`.
 */
export class AgentBridge extends Context.Service<
  AgentBridge,
  {
    reply(turn: Turn): Stream.Stream<ReplyPart, AgentError>
    /** Whether it asks for `History`: only then is noted which session a message belongs to. */
    readonly remembers?: boolean
    /** What a trace calls it, where that is not the `type` of the configuration. */
    readonly kind?: string | undefined
  }
>()("zalo-effect/agent/AgentBridge") {
  /** Answers text with the text, a captioned photo with its caption, and nothing else. */
  static readonly layerEcho: Layer.Layer<AgentBridge> = Layer.sync(this, () => echo)

  /** Answers nothing. */
  static readonly layerNone: Layer.Layer<AgentBridge> = Layer.sync(this, () => none)

  /** Fails every turn with `Unavailable`; `detail` is shown to the operator and must hold no secret. */
  static layerUnavailable(detail: string): Layer.Layer<AgentBridge> {
    return Layer.sync(AgentBridge, () => unavailable(detail))
  }

  /**
   * Asks a function. A string is one text, `undefined` or a blank text is no reply; what the function needs, the layer needs,
   * but for a `Scope`, which is closed after each call. Any failure becomes an `AgentError` that names its kind, never its message.
   */
  static layerFunction<E, R>(
    answer: (turn: Turn) => Effect.Effect<FunctionAnswer, E, R>,
    options?: FunctionOptions
  ): Layer.Layer<AgentBridge, never, Exclude<R, Scope>> {
    return Layer.effect(AgentBridge, makeFunction(answer, options))
  }

  /** Starts a command for each turn (`design.md` §6.4). */
  static layerCommand(options: CommandOptions): Layer.Layer<AgentBridge, never, ChildProcessSpawner> {
    return Layer.effect(AgentBridge, makeCommand(options))
  }

  /** Posts each turn to an address (`design.md` §6.4). */
  static layerHttp(options: HttpOptions): Layer.Layer<AgentBridge, never, HttpClient> {
    return Layer.effect(AgentBridge, makeHttp(options))
  }

  /** The same for a service that may answer 202, and hand its answer in later by `POST /v1/turns/<id>/reply`. */
  static layerHttpAsync(options: HttpOptions): Layer.Layer<AgentBridge, never, HttpClient | PendingReplies> {
    return Layer.effect(AgentBridge, makeHttpAsync(options))
  }

  /** Keeps one process, which takes turns and gives answers as lines with ids. */
  static layerNdjson(options: CommandOptions): Layer.Layer<AgentBridge, never, ChildProcessSpawner> {
    return Layer.effect(AgentBridge, makeNdjson(options))
  }

  /** Asks a model behind a chat-completions endpoint: OpenAI's, vLLM's, Ollama's, OpenClaw's gateway. */
  static layerOpenAi(options: OpenAiOptions): Layer.Layer<AgentBridge, never, HttpClient | FileSystem> {
    return Layer.effect(AgentBridge, makeOpenAi(options))
  }

  /**
   * Asks any `LanguageModel` of `effect/ai`, which may call tools.
   *
   * **Gotchas** Memory is the gateway's: the model is told what its journal holds of the session, and nothing is kept here.
   */
  static layerModel<T extends Tools = {}>(
    options: ModelOptions<T> = {}
  ): Layer.Layer<AgentBridge, never, ModelServices<T>> {
    // `effect/ai` is loaded by those who use it.
    return Layer.effect(
      AgentBridge,
      Effect.flatMap(
        Effect.promise(() => import("./model.ts")),
        ({ makeModel }) => makeModel(options)
      )
    )
  }

  /** The agent that one account's configuration names. */
  static layerConfig(config: AgentConfig): Layer.Layer<AgentBridge, never, AgentServices> {
    return Layer.effect(AgentBridge, makeAgent(config))
  }
}
