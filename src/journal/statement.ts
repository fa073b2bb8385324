import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** A statement whose text never changes, asked with its parameters. */
export type Statement = (...params: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<unknown>, SqlError>

/** PostgreSQL numbers its parameters. None of our texts has a question mark of its own. */
const numbered = (text: string): string => {
  let n = 0
  return text.replaceAll("?", () => `$${++n}`)
}

/**
 * For what runs with each message: the text is made once, and inside a transaction it goes straight to the connection. A
 * template would be put together and looked up again each time, which costs more than SQLite needs to run it.
 */
export const statements =
  (sql: SqlClient) =>
  (text: string): Statement => {
    const compiled = sql.onDialectOrElse({ pg: () => numbered(text), orElse: () => text })
    return (...params) =>
      Effect.withFiber((fiber) => {
        const transaction = Context.getOrUndefined(fiber.context, sql.transactionService)
        return transaction === undefined
          ? sql.unsafe(compiled, params)
          : transaction[0].execute(compiled, params, undefined)
      })
  }
