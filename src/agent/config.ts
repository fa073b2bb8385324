import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import type { HttpClient } from "effect/http/HttpClient"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type { Scope } from "effect/Scope"
import type { AgentConfig } from "../domain/Account.ts"
import type { AgentBridge } from "./AgentBridge.ts"
import { makeCommand } from "./command.ts"
import { echo } from "./echo.ts"
import { makeHttp, makeHttpAsync } from "./http.ts"
import { makeNdjson } from "./ndjson.ts"
import { none } from "./none.ts"
import { makeOpenAi } from "./openai.ts"
import type { PendingReplies } from "./PendingReplies.ts"

/** What some agent or other needs of the world. */
export type AgentServices = HttpClient | ChildProcessSpawner | FileSystem | PendingReplies

/** The agent that an account's configuration names: one gateway has one for each account. */
export const makeAgent = Effect.fnUntraced(function* (
  config: AgentConfig
): Effect.fn.Return<AgentBridge["Service"], never, AgentServices | Scope> {
  switch (config.type) {
    case "echo":
      return echo
    case "none":
      return none
    case "command":
      return yield* config.mode === "ndjson" ? makeNdjson(config) : makeCommand(config)
    case "http":
      return yield* config.async ? makeHttpAsync(config) : makeHttp(config)
    case "openai":
      return yield* makeOpenAi(config)
  }
})
