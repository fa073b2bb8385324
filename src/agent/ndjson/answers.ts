import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { ReplyPart } from "../../domain/Reply.ts"
import { AgentError } from "../AgentError.ts"
import { answerParts, isAnswer } from "../answer.ts"
import { maxAnswerBytes } from "../body.ts"
import type { Line } from "./Lines.ts"

/** One line that a process wrote: an answer to a turn, or something that is none. */
export type Answered =
  | {
      readonly _tag: "Answer"
      readonly id: string
      readonly result: Result.Result<ReadonlyArray<ReplyPart>, AgentError>
    }
  | { readonly _tag: "Noise"; readonly detail: string }
  | { readonly _tag: "Blank" }

const WithId = Schema.Struct({ id: Schema.String, error: Schema.optionalKey(Schema.String) })
const decodeId = Schema.decodeUnknownOption(WithId)
const parseJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))
const parseText = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.String))

const noise = (detail: string): Answered => ({ _tag: "Noise", detail })

/** An agent's own words on what went wrong: one line of them, without what could forge another. */
const inOneLine = (error: string): string =>
  error
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 200)

const lenient = new TextDecoder()

const tooLong = (head: Uint8Array): Answered => {
  const written = /^\s*\{\s*"id"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(lenient.decode(head))?.[1]
  const id = written === undefined ? undefined : Option.getOrUndefined(parseText(written))
  if (id === undefined) return noise(`a line of more than ${maxAnswerBytes} bytes, which does not begin with its id`)
  const error = new AgentError({ reason: { _tag: "TooLarge", limit: maxAnswerBytes } })
  return { _tag: "Answer", id, result: Result.fail(error) }
}

const decodeText = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Reads a line: `{"id", "text" | "parts" | "error"}`. */
export const readLine = Effect.fnUntraced(function* (line: Line): Effect.fn.Return<Answered> {
  if (line._tag === "TooLong") return tooLong(line.head)
  const text = decodeText(line.bytes)
  if (text === undefined) return noise("a line that is not UTF-8")
  if (text.trim() === "") return { _tag: "Blank" }
  const json = parseJson(text)
  if (Option.isNone(json)) return noise("a line that is not JSON: what it prints belongs on its standard error")
  const known = decodeId(json.value)
  if (Option.isNone(known)) return noise("a line without an id")
  const { error, id } = known.value
  if (error !== undefined) {
    const detail = `it reported an error: ${inOneLine(error)}`
    return { _tag: "Answer", id, result: Result.fail(new AgentError({ reason: { _tag: "Failed", detail } })) }
  }
  if (!isAnswer(json.value)) {
    const detail = "it has neither text nor parts nor error"
    return { _tag: "Answer", id, result: Result.fail(new AgentError({ reason: { _tag: "Unreadable", detail } })) }
  }
  return { _tag: "Answer", id, result: yield* Effect.result(answerParts(json.value)) }
})
