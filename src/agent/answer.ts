import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { ReplyPart } from "../domain/Reply.ts"
import { AgentError } from "./AgentError.ts"

/** What the sender of an answer said it is; `unsaid` lets the answer itself decide. */
export type AnswerFormat = "json" | "text" | "unsaid"

/** What a content type says. */
export const formatOf = (contentType: string | undefined): AnswerFormat => {
  if (contentType === undefined) return "unsaid"
  return /^\s*(?:application|text)\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType) ? "json" : "text"
}

const Answer = Schema.Struct({
  text: Schema.optionalKey(Schema.String),
  parts: Schema.optionalKey(Schema.Array(ReplyPart))
})

const unreadable = (detail: string) => new AgentError({ reason: { _tag: "Unreadable", detail } })

const textParts = (text: string): ReadonlyArray<ReplyPart> => (text.trim() === "" ? [] : [{ type: "text", text }])

const parseJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** The mark by which JSON is told from text that merely looks like it. */
export const isAnswer = (value: unknown): value is object =>
  Predicate.isObject(value) && !Array.isArray(value) && (Object.hasOwn(value, "text") || Object.hasOwn(value, "parts"))

/** Reads an answer that is JSON already. Fails with `Unreadable`, which names the place of the fault. */
export const answerParts = (value: unknown): Effect.Effect<ReadonlyArray<ReplyPart>, AgentError> =>
  Schema.decodeUnknownEffect(Answer)(value).pipe(
    // The issue names the path and what was expected there, never the value (`reportInput` is off).
    Effect.mapError((error) => unreadable(error.message)),
    Effect.map(({ text = "", parts = [] }) => [...textParts(text), ...parts])
  )

/**
 * Reads an agent's answer (`design.md` §6.4): an object with `text` or `parts` (the text comes first if it has both), or plain
 * text without its last newline. Blank means no reply. Fails with `Unreadable`, which names the place of the fault.
 */
export const readAnswer = Effect.fnUntraced(function* (
  body: string,
  format: AnswerFormat
): Effect.fn.Return<ReadonlyArray<ReplyPart>, AgentError> {
  if (body.trim() === "") return []
  const text = textParts(body.replace(/\r?\n$/, ""))
  if (format === "text") return text
  const json = parseJson(body)
  if (Option.isSome(json) && isAnswer(json.value)) return yield* answerParts(json.value)
  if (format === "unsaid") return text
  return yield* unreadable(Option.isNone(json) ? "it is not JSON" : "it has neither text nor parts")
})
