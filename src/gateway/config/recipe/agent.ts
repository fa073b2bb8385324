import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { duration } from "./duration.ts"
import { type Kind, type Variants, group, key } from "./Key.ts"
import { bool, choice, filled, fromSchema, integer, text } from "./kinds.ts"
import { type SecretInput, secret } from "./secret.ts"
import { endpointUrl, httpUrl } from "./url.ts"

export const command = key(
  "command",
  fromSchema(
    Schema.NonEmptyArray(Schema.String),
    "a list: the program and its arguments",
    'For example ["python3", "bot.py"]'
  ),
  { description: "The program and its arguments; no shell is involved." }
)

export const timeout = key("timeout", duration(), {
  description: "How long one answer may take.",
  fallback: "120s"
})

export const url = key("url", httpUrl, { description: "The address that each turn is posted to." })

const Headers = Schema.Record(Schema.String, Schema.Unknown)
const decodeHeaders = Schema.decodeUnknownResult(Headers)

export const headerKind: Kind<ReadonlyMap<string, SecretInput>> = {
  secret: true,
  json: () => ({ type: "object", additionalProperties: secret.json() }),
  decode: (value) => {
    const headers = Result.getOrUndefined(decodeHeaders(value))
    if (headers === undefined || Array.isArray(value)) {
      return Result.fail([
        {
          at: [],
          message: "must be an object of header names and values",
          remedy: 'For example {authorization: "${TOKEN}"}'
        }
      ])
    }
    const read = new Map<string, SecretInput>()
    for (const [name, written] of Object.entries(headers)) {
      const found = Result.getOrUndefined(secret.decode(written))
      const torn = found?._tag === "Value" && /[\r\n\0]/.test(Redacted.value(found.value))
      if (found === undefined || torn || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
        return Result.fail([
          { at: [name], message: "is not a header", remedy: "Write a header's name and a text of one line" }
        ])
      }
      read.set(name, found)
    }
    return Result.succeed(read)
  }
}

export const headers = key("headers", headerKind, {
  description: 'Headers sent with each turn; "${NAME}" takes a value from the environment.',
  fallback: "{}"
})

export const mode = key("mode", choice(["once", "ndjson"]), {
  description: "A process for each turn (once), or one that stays, with turns and answers as lines (ndjson).",
  fallback: "once"
})

export const isAsync = key("async", bool, {
  description: "The endpoint may answer 202 and post the answer later to /v1/turns/ID/reply.",
  fallback: "false"
})

export const baseUrl = key("baseUrl", endpointUrl, {
  description: "The address of an OpenAI-compatible API, up to /chat/completions."
})
export const apiKey = key("apiKey", secret, {
  description: 'Sent as a bearer token, or "${NAME}" of a variable. Local servers need none.'
})
export const model = key("model", filled, { description: "The model's name, as the endpoint knows it." })
export const instructions = key("instructions", text, { description: "The system message: who the bot is." })
export const temperature = key(
  "temperature",
  fromSchema(
    Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 2 })),
    "a number from 0 to 2",
    "Write such a number, without quotes"
  ),
  { description: "How freely the model chooses its words.", fallback: "the endpoint's" }
)
export const maxTokens = key("maxTokens", integer(1, 1_000_000), {
  description: "The longest answer, in tokens.",
  fallback: "the endpoint's"
})
export const idleTimeout = key("idleTimeout", duration(), {
  description: "The longest silence inside an answer that has begun.",
  fallback: "30s"
})
export const historyMessages = key("messages", integer(0, 1_000), {
  description: "How many earlier messages of the session the model sees.",
  fallback: "20"
})
export const historyTokens = key("tokens", integer(0, 10_000_000), {
  description: "How many tokens they may have, by an estimate: UTF-8 bytes divided by 3, and 4 a message.",
  fallback: "4000"
})
export const history = group("history", "What the model remembers.", [historyMessages, historyTokens])
export const images = key("images", bool, { description: "Whether the model sees pictures.", fallback: "false" })

export const sendSession = key("sendSession", bool, {
  description: "Whether the session's name is sent as user, for endpoints that keep the conversation themselves.",
  fallback: "false"
})

const openai = [
  baseUrl,
  apiKey,
  model,
  instructions,
  temperature,
  maxTokens,
  headers,
  timeout,
  idleTimeout,
  history,
  images,
  sendSession
]

const cases = {
  echo: group("agent", "Answers a text with the same text.", []),
  none: group("agent", "Never answers.", []),
  command: group("agent", "Runs a program.", [command, mode, timeout], { required: ["command"] }),
  http: group("agent", "Posts each turn to an address.", [url, headers, isAsync, timeout], { required: ["url"] }),
  openai: group("agent", "Asks a model behind an OpenAI-compatible API.", openai, { required: ["baseUrl", "model"] })
}

/** Which agent answers (`design.md` §6.4). */
export const agent: Variants = {
  node: "variants",
  name: "agent",
  description: "Who answers: echo, none, command, http or openai. Echo when left out.",
  cases
}
