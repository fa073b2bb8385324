import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { agent as agentSection } from "../../../gateway/config/recipe/agent.ts"
import { endpointUrl, httpUrl } from "../../../gateway/config/recipe/url.ts"
import { isObject } from "../../../gateway/config/scope.ts"
import type { CommandFailed, UsageError } from "../../errors.ts"
import { askChoice, askText } from "../../questions.ts"
import type { Terminal } from "../../Terminal.ts"
import type { Context } from "./context.ts"
import * as flags from "./flags.ts"
import { missing, wordsOf } from "./given.ts"

type Section = Readonly<Record<string, Schema.Json>>

const decodeSection = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Json))

const types = [
  { value: "echo", word: "echo", label: "the same text back, to try things out" },
  { value: "command", word: "command", label: "a program that reads the turn and writes the answer" },
  { value: "http", word: "http", label: "an address that each turn is posted to" },
  { value: "openai", word: "openai", label: "a model behind an OpenAI-compatible API" },
  { value: "none", word: "none", label: "nobody" }
] as const
type Type = (typeof types)[number]["value"]

/** The agent that is written now, wherever that is. */
const currentOf = ({ document, place }: Context): Section => {
  const own = place.current(agentSection.name)?.value
  const shared = isObject(document.value) ? document.value[agentSection.name] : undefined
  const decoded = decodeSection(own ?? shared)
  return decoded._tag === "Some" ? decoded.value : {}
}

const text = (section: Section, name: string): string | undefined => {
  const value = section[name]
  return typeof value === "string" ? value : undefined
}

const addressProblem = (kind: typeof httpUrl) => (typed: string) => {
  const decoded = kind.decode(typed)
  return Result.isFailure(decoded) ? `It ${decoded.failure[0]?.message ?? "is no address"}.` : undefined
}

/** A value that a flag gives, or somebody types, or that is there; what is missing names its flag. */
const need = Effect.fnUntraced(function* (
  { asks }: Context,
  from: { readonly given: string | undefined; readonly current: string | undefined },
  flag: { readonly name: string; readonly value: string | undefined },
  label: string,
  problem?: (typed: string) => string | undefined
): Effect.fn.Return<string, CommandFailed | UsageError, Terminal> {
  if (from.given !== undefined) return from.given
  if (asks) return yield* askText(label, { initial: from.current, ...(problem === undefined ? {} : { problem }) })
  if (from.current !== undefined) return from.current
  return yield* missing(flag, "this agent needs it")
})

const typeOf = Effect.fnUntraced(function* (
  { asks, given }: Context,
  current: string | undefined
): Effect.fn.Return<Type | undefined, CommandFailed, Terminal> {
  const { apiKey, command, model, type, url } = given.agent
  const named = types.find(({ value }) => value === type)?.value
  if (named !== undefined) return named
  if (command !== undefined) return "command"
  if (model !== undefined || apiKey !== undefined) return "openai"
  const now = types.find(({ value }) => value === current)?.value
  if (url !== undefined) return now === "openai" ? now : "http"
  return asks ? yield* askChoice("Who answers?", types, now ?? "echo") : undefined
})

/** The agent's whole section; undefined: it stays as it is. */
export const agentStep = Effect.fnUntraced(function* (
  context: Context
): Effect.fn.Return<Schema.Json | undefined, CommandFailed | UsageError, Terminal> {
  const { asks, given } = context
  const now = currentOf(context)
  const type = yield* typeOf(context, text(now, "type"))
  if (type === undefined) return undefined
  // What else is set about the same kind of agent stays.
  const same: Section = now["type"] === type ? now : {}
  switch (type) {
    case "echo":
    case "none":
      return { ...same, type }
    case "command": {
      const listed = same["command"]
      const words = Array.isArray(listed) ? JSON.stringify(listed) : undefined
      if (given.agent.command !== undefined) return { ...same, type, command: given.agent.command }
      const typed = yield* need(
        context,
        { given: undefined, current: words },
        flags.agentCommand,
        "Program and arguments",
        (line) => (wordsOf(line).length === 0 ? "Name a program." : undefined)
      )
      return { ...same, type, command: wordsOf(typed) }
    }
    case "http": {
      const from = { given: given.agent.url, current: text(same, "url") }
      const url = yield* need(
        context,
        from,
        flags.agentUrl,
        "Address that turns are posted to",
        addressProblem(httpUrl)
      )
      return { ...same, type, url }
    }
    case "openai": {
      const { apiKey, instructions, model, url } = given.agent
      const at = { given: url, current: text(same, "baseUrl") ?? (asks ? "https://api.openai.com/v1" : undefined) }
      const baseUrl = yield* need(context, at, flags.agentUrl, "Address of the API", addressProblem(endpointUrl))
      const name = yield* need(context, { given: model, current: text(same, "model") }, flags.agentModel, "Model")
      const asked =
        asks && apiKey === undefined && same["apiKey"] === undefined
          ? yield* askText('API key, or "${NAME}" of a variable (not shown; nothing for none)', {
              initial: "",
              hidden: true
            })
          : ""
      const key = apiKey ?? (asked === "" ? same["apiKey"] : asked)
      return {
        ...same,
        type,
        baseUrl,
        model: name,
        ...(key === undefined ? {} : { apiKey: key }),
        ...(instructions === undefined ? {} : { instructions })
      }
    }
  }
})
