import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"

const Big = Schema.Union([Schema.String, Schema.BigInt]).pipe(
  Schema.decodeTo(
    Schema.Int,
    SchemaTransformation.transformEffect({
      decode: (value, options) => {
        const number = Number(value)
        return value !== "" && Number.isSafeInteger(number)
          ? Effect.succeed(number)
          : Effect.fail(new SchemaIssue.InvalidValue({ message: "an integer column" }, value, options))
      },
      encode: (number) => Effect.succeed(String(number))
    })
  )
)

/** An integer column: SQLite answers a number, Postgres a string for `bigint`. The number comes first: it is decoded for free. */
export const Int = Schema.Union([Schema.Int, Big])

export const NullableInt = Schema.NullOr(Int)

/** The key of an outbox row: a number in the store, opaque outside it. */
export const RowId = Schema.Union([Schema.Int, Schema.String, Schema.BigInt]).pipe(
  Schema.decodeTo(
    Schema.String,
    SchemaTransformation.transform({ decode: (value) => String(value), encode: (id) => id })
  )
)

/** PostgreSQL refuses NUL in text; U+FFFD stands where one was. */
export const withoutNul = (text: string): string => (text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text)
