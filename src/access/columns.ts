import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { Int } from "../journal/columns.ts"
import { JournalError } from "../journal/Journal.ts"

/** A column that holds a time, in milliseconds since 1970. */
export const Millis = Int.pipe(Schema.decodeTo(Schema.DateTimeUtcFromMillis))

/** Runs a query and decodes what it answers. A row that we cannot have written means a damaged store. */
export const rowsOf = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownEffect(Schema.Array(schema))
  return (
    query: Effect.Effect<ReadonlyArray<unknown>, SqlError>
  ): Effect.Effect<ReadonlyArray<S["Type"]>, SqlError | JournalError, S["DecodingServices"]> =>
    Effect.flatMap(query, (rows) =>
      Effect.mapError(decode(rows), (error) => new JournalError({ reason: "corrupt", detail: error.message }))
    )
}
