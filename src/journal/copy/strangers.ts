import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Table } from "./catalog.ts"
import { isRow, portion, type Row } from "./rows.ts"

/** Databases answer one number in several types. */
const said = (row: Row, columns: ReadonlyArray<string>): string =>
  JSON.stringify(columns.map((column) => (row[column] == null ? null : String(row[column]))))

const sameKeys = (sql: SqlClient, key: ReadonlyArray<string>, rows: ReadonlyArray<Row>) => {
  const [only] = key
  return key.length === 1 && only !== undefined
    ? sql.in(
        only,
        rows.map((row) => row[only])
      )
    : sql.or(rows.map((row) => sql.and(key.map((column) => sql`${sql(column)} = ${row[column]}`))))
}

/**
 * A row of the target that the source has not, or has otherwise, by its key: somebody has worked with one of the two since it was
 * copied, and which of them is right nobody can tell.
 */
export const strangerIn = Effect.fnUntraced(function* (
  from: SqlClient,
  to: SqlClient,
  { columns, key, name }: Table
): Effect.fn.Return<string | undefined, SqlError> {
  const order = to.csv(key.map((column) => to`${to(column)}`))
  for (let offset = 0; ; offset += portion) {
    const there = (yield* to`SELECT * FROM ${to(name)} ORDER BY ${order} LIMIT ${portion} OFFSET ${offset}`).filter(
      isRow
    )
    if (there.length === 0) return undefined
    const here = (yield* from`SELECT * FROM ${from(name)} WHERE ${sameKeys(from, key, there)}`).filter(isRow)
    const known = new Set(here.map((row) => said(row, columns)))
    const stranger = there.find((row) => !known.has(said(row, columns)))
    if (stranger !== undefined) return key.map((column) => String(stranger[column])).join(", ")
    if (there.length < portion) return undefined
  }
})
