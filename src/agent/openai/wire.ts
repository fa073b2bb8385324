import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { Usage } from "../usage.ts"

// The chat-completions API as its servers agree on it: what is not needed is not looked at.

const Said = Schema.Struct({
  content: Schema.optionalKey(Schema.NullOr(Schema.String)),
  /** The model's own words when it declines. */
  refusal: Schema.optionalKey(Schema.NullOr(Schema.String))
})

const Choice = Schema.Struct({
  index: Schema.optionalKey(Schema.NullOr(Schema.Int)),
  /** A piece of a streamed answer, */
  delta: Schema.optionalKey(Schema.NullOr(Said)),
  /** or a whole one. */
  message: Schema.optionalKey(Schema.NullOr(Said)),
  finish_reason: Schema.optionalKey(Schema.NullOr(Schema.String))
})

const Counted = Schema.Struct({
  prompt_tokens: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  completion_tokens: Schema.optionalKey(Schema.NullOr(Schema.Finite))
})

/** A chunk of a stream, or a whole answer. The last chunk of a stream may have no choices, only the usage. */
export const Completion = Schema.Struct({
  choices: Schema.optionalKey(Schema.NullOr(Schema.Array(Choice))),
  usage: Schema.optionalKey(Schema.NullOr(Counted)),
  error: Schema.optionalKey(Schema.Unknown)
})
export type Completion = typeof Completion.Type

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Completion))

/** Undefined: it is something else. */
export const parseCompletion = (json: string): Completion | undefined => Option.getOrUndefined(decode(json))

const word = (value: unknown): string | undefined => {
  const text = typeof value === "number" ? String(value) : value
  return typeof text === "string" && /^[\w.-]{1,64}$/.test(text) ? text : undefined
}

/** An error's code or type. Its message is left out: endpoints quote keys and what people wrote in it. */
export const errorCode = (error: unknown): string | undefined =>
  Predicate.isObject(error) ? (word(Reflect.get(error, "code")) ?? word(Reflect.get(error, "type"))) : undefined

export const usageOf = ({ usage }: Completion): Usage | undefined =>
  usage === undefined || usage === null
    ? undefined
    : { input: usage.prompt_tokens ?? undefined, output: usage.completion_tokens ?? undefined }
