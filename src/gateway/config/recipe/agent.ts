import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { duration } from "./duration.ts"
import { type Kind, type Variants, group, key } from "./Key.ts"
import { fromSchema } from "./kinds.ts"
import { type SecretInput, secret } from "./secret.ts"
import { httpUrl } from "./url.ts"

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

const headerKind: Kind<ReadonlyMap<string, SecretInput>> = {
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

const cases = {
  echo: group("agent", "Answers a text with the same text.", []),
  none: group("agent", "Never answers.", []),
  command: group("agent", "Runs a program for each turn.", [command, timeout], { required: ["command"] }),
  http: group("agent", "Posts each turn to an address.", [url, headers, timeout], { required: ["url"] })
}

/** Which agent answers (`design.md` §6.4). */
export const agent: Variants = {
  node: "variants",
  name: "agent",
  description: "Who answers: echo, none, command or http. Echo when left out.",
  cases
}
