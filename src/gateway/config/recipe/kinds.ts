import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { nearest } from "../nearest.ts"
import type { Issue, Kind } from "./Key.ts"

const issue = (message: string, remedy: string): ReadonlyArray<Issue> => [{ at: [], message, remedy }]

/** A kind out of a schema. `must` finishes the sentence "must be …". */
export const fromSchema = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  must: string,
  remedy: string
): Kind<S["Type"]> => {
  const decode = Schema.decodeUnknownResult(schema)
  return {
    decode: (value) => Result.mapError(decode(value), () => issue(`must be ${must}`, remedy)),
    json: () => ({ ...Schema.toJsonSchemaDocument(schema).schema })
  }
}

export const bool = fromSchema(Schema.Boolean, "true or false", "Write true or false, without quotes")

export const text = fromSchema(Schema.String, "a text", "Put it in quotes")

export const filled = fromSchema(
  Schema.String.check(Schema.isPattern(/\S/)),
  "a text that is not blank",
  "Write a text in quotes, or leave the key out"
)

export const integer = (minimum: number, maximum: number): Kind<number> =>
  fromSchema(
    Schema.Int.check(Schema.isBetween({ minimum, maximum })),
    `a whole number from ${minimum} to ${maximum}`,
    "Write such a number, without quotes"
  )

export const number = fromSchema(Schema.Finite, "a number", "Write a number, without quotes")

const quoted = (values: ReadonlyArray<string>) => values.map((value) => `"${value}"`).join(", ")

export const choice = <const L extends ReadonlyArray<string>>(values: L): Kind<L[number]> => {
  const schema = Schema.Literals(values)
  const decode = Schema.decodeUnknownResult(schema)
  return {
    decode: (value) =>
      Result.mapError(decode(value), () => {
        const meant = typeof value === "string" ? nearest(value, values) : undefined
        return issue(
          `must be one of ${quoted(values)}`,
          meant === undefined ? "Use one of the allowed values" : `Did you mean "${meant}"?`
        )
      }),
    json: () => ({ ...Schema.toJsonSchemaDocument(schema).schema })
  }
}

export const list = (pattern: RegExp, what: string, remedy: string): Kind<ReadonlyArray<string>> =>
  fromSchema(Schema.Array(Schema.String.check(Schema.isPattern(pattern))), `a list of ${what}`, remedy)

/** Read by a later version: any form is taken, so that a file written for one works with the other. */
export const anything: Kind<unknown> = {
  decode: (value) => Result.succeed(value),
  json: () => ({})
}
