import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { AgentConfig } from "../../domain/Account.ts"
import type { KeyPath } from "./path.ts"
import { keyText } from "./path.ts"
import { command, headers, timeout, url } from "./recipe/agent.ts"
import { type Scope, find, get } from "./scope.ts"
import { resolve } from "./secrets.ts"

/** An agent that can be asked, or the secret that it lacks here. */
export type AgentState =
  | { readonly _tag: "Ready"; readonly agent: AgentConfig }
  | { readonly _tag: "Unavailable"; readonly path: KeyPath; readonly message: string; readonly remedy: string }

const ready = (agent: AgentConfig): AgentState => ({ _tag: "Ready", agent })

/** Reads an `agent` section that `check` has passed; echo stands in for one that it has not. */
export const agentOf = Effect.fnUntraced(function* (scope: Scope): Effect.fn.Return<AgentState> {
  const limit = get(scope, timeout) ?? Duration.seconds(120)
  switch (scope.entries.get("type")?.value) {
    case "none":
      return ready({ type: "none" })
    case "command":
      return ready({ type: "command", command: get(scope, command) ?? [], timeout: limit })
    case "http": {
      const written = find(scope, headers)
      const values: Record<string, Redacted.Redacted> = {}
      for (const [name, input] of written?.value ?? []) {
        const path = [...(written?.path ?? scope.path), name]
        const resolved = yield* resolve(input, keyText(path))
        if (resolved._tag === "Unavailable") return { ...resolved, path }
        values[name] = resolved.value
      }
      return ready({ type: "http", url: get(scope, url)?.href ?? "", headers: values, timeout: limit })
    }
    default:
      return ready({ type: "echo" })
  }
})
