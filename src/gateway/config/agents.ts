import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { AgentConfig } from "../../domain/Account.ts"
import type { KeyPath } from "./path.ts"
import { keyText } from "./path.ts"
import * as recipe from "./recipe/agent.ts"
import { type Scope, find, get, inner } from "./scope.ts"
import { resolve, type Secrets } from "./secrets.ts"

/** An agent that can be asked, or the secret that it lacks here. */
export type AgentState =
  | { readonly _tag: "Ready"; readonly agent: AgentConfig }
  | { readonly _tag: "Unavailable"; readonly path: KeyPath; readonly message: string; readonly remedy: string }

type Headers = Record<string, Redacted.Redacted>
type Unavailable = Extract<AgentState, { readonly _tag: "Unavailable" }>

const headersOf = Effect.fnUntraced(function* (scope: Scope): Effect.fn.Return<Headers, Unavailable, Secrets> {
  const written = find(scope, recipe.headers)
  const values: Headers = {}
  for (const [name, input] of written?.value ?? []) {
    const path = [...(written?.path ?? scope.path), name]
    const resolved = yield* resolve(input, keyText(path))
    if (resolved._tag === "Unavailable") return yield* Effect.fail<Unavailable>({ ...resolved, path })
    values[name] = resolved.value
  }
  return values
})

const apiKeyOf = Effect.fnUntraced(function* (
  scope: Scope
): Effect.fn.Return<Redacted.Redacted | undefined, Unavailable, Secrets> {
  const written = find(scope, recipe.apiKey)
  if (written === undefined) return undefined
  const resolved = yield* resolve(written.value, keyText(written.path))
  if (resolved._tag === "Unavailable") return yield* Effect.fail<Unavailable>({ ...resolved, path: written.path })
  return resolved.value
})

const seconds = (count: number) => Duration.seconds(count)

const read = Effect.fnUntraced(function* (scope: Scope): Effect.fn.Return<AgentConfig, Unavailable, Secrets> {
  const timeout = get(scope, recipe.timeout) ?? seconds(120)
  switch (scope.entries.get("type")?.value) {
    case "none":
      return { type: "none" }
    case "command": {
      const mode = get(scope, recipe.mode) ?? "once"
      return { type: "command", command: get(scope, recipe.command) ?? [], mode, timeout }
    }
    case "http": {
      const headers = yield* headersOf(scope)
      const url = get(scope, recipe.url)?.href ?? ""
      return { type: "http", url, headers, async: get(scope, recipe.isAsync) ?? false, timeout }
    }
    case "openai": {
      const history = inner(scope, recipe.history)
      return {
        type: "openai",
        baseUrl: get(scope, recipe.baseUrl)?.href ?? "",
        apiKey: yield* apiKeyOf(scope),
        model: get(scope, recipe.model) ?? "",
        instructions: get(scope, recipe.instructions),
        temperature: get(scope, recipe.temperature),
        maxTokens: get(scope, recipe.maxTokens),
        headers: yield* headersOf(scope),
        timeout,
        idleTimeout: get(scope, recipe.idleTimeout) ?? seconds(30),
        history: {
          messages: get(history, recipe.historyMessages) ?? 20,
          tokens: get(history, recipe.historyTokens) ?? 4_000
        },
        images: get(scope, recipe.images) ?? false,
        sendSession: get(scope, recipe.sendSession) ?? false
      }
    }
    default:
      return { type: "echo" }
  }
})

/** Reads an `agent` section that `check` has passed; echo stands in for one that it has not. */
export const agentOf = (scope: Scope): Effect.Effect<AgentState, never, Secrets> =>
  read(scope).pipe(
    Effect.map((agent): AgentState => ({ _tag: "Ready", agent })),
    Effect.catch((lack) => Effect.succeed<AgentState>(lack))
  )
