import * as Effect from "effect/Effect"
import { HttpClient } from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import { accessSync, constants } from "node:fs"
import { delimiter, isAbsolute, resolve } from "node:path"
import type { AgentConfig } from "../../domain/Account.ts"
import type { AgentFacts } from "../../gateway/doctor/facts.ts"

const patience = "5 seconds"

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** As the system looks for it: a name with a slash is a path, any other is looked for in PATH. */
const isFound = (program: string): boolean =>
  isAbsolute(program) || program.includes("/")
    ? isExecutable(resolve(program))
    : (process.env["PATH"] ?? "")
        .split(delimiter)
        .some((folder) => folder !== "" && isExecutable(resolve(folder, program)))

type Trouble = AgentFacts["trouble"]

/** Whether anything answers there. What it answers means nothing: an agent need not like a request that is none of its own. */
const reach = (request: HttpClientRequest.HttpClientRequest, refused: ReadonlyArray<number>) =>
  Effect.flatMap(HttpClient, (client) => client.execute(request)).pipe(
    Effect.map(({ status }): Trouble =>
      refused.includes(status) ? { kind: "refused", message: `HTTP ${status}` } : null
    ),
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.succeed<Trouble>({ kind: "unreachable", message: `no answer within ${patience}` })
    }),
    Effect.catch(() =>
      Effect.succeed<Trouble>({ kind: "unreachable", message: `no connection to ${new URL(request.url).origin}` })
    ),
    Effect.scoped
  )

const troubleOf = (agent: AgentConfig): Effect.Effect<Trouble, never, HttpClient> => {
  switch (agent.type) {
    case "command": {
      const [program = ""] = agent.command
      return Effect.sync(() =>
        isFound(program) ? null : { kind: "missing", message: `${program} is no program here` }
      )
    }
    case "http":
      return reach(HttpClientRequest.head(new URL(agent.url).origin), [])
    case "openai": {
      const request = HttpClientRequest.get(`${agent.baseUrl}/models`)
      return reach(
        agent.apiKey === undefined ? request : HttpClientRequest.bearerToken(request, Redacted.value(agent.apiKey)),
        [401, 403]
      )
    }
    default:
      return Effect.succeed(null)
  }
}

/** Whether an account's agent is there, without a turn. */
export const agentFacts = (agent: AgentConfig): Effect.Effect<AgentFacts, never, HttpClient> =>
  Effect.map(troubleOf(agent), (trouble) => ({ type: agent.type, trouble }))
