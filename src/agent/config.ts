import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type { AgentConfig } from "../domain/Account.ts"
import type { AgentBridge } from "./AgentBridge.ts"
import { makeCommand } from "./command.ts"
import { echo } from "./echo.ts"
import { makeHttp } from "./http.ts"
import { none } from "./none.ts"
import { unavailable } from "./unavailable.ts"

/** The agent that an account's configuration names: one gateway has one for each account. */
export const makeAgent = Effect.fnUntraced(function* (
  config: AgentConfig
): Effect.fn.Return<AgentBridge["Service"], never, HttpClient | ChildProcessSpawner> {
  switch (config.type) {
    case "echo":
      return echo
    case "none":
      return none
    case "command":
      return yield* makeCommand(config)
    case "http":
      return yield* makeHttp(config)
    case "openai":
      return unavailable("not yet")
  }
})
