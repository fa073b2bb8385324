import * as Schema from "effect/Schema"
import { AccountId } from "../../domain/ids.ts"

/** Fields that several groups share. */

export const Time = Schema.DateTimeUtcFromString
export const account = Schema.optionalKey(AccountId)
export const done = Schema.Literal(true)
export const text = Schema.NullOr(Schema.String)
/** ISO 8601, UTC, as the views have it. */
export const time = Schema.String
export const maybeTime = Schema.NullOr(time)

/** A switch in the query: `?all=true`. */
export const Switch = Schema.optionalKey(Schema.Literals(["true", "false"]))
export const isOn = (given: "true" | "false" | undefined): boolean => given === "true"

/** How many, at most. */
export const limit = (most: number) =>
  Schema.optionalKey(Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: most })))

/** Seconds to wait for the fate of something that is sent. */
export const Wait = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 120 }))

/** A body that may be left away. */
export const optional = <S extends Schema.Top>(schema: S) => [schema, Schema.Null]
