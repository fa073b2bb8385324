import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Table } from "./catalog.ts"

const numberOf = (rows: ReadonlyArray<{ readonly last: unknown }>): number => Number(rows[0]?.last ?? 0)

/** The last number that a table's rows were given, though the row be gone; 0 where they are not numbered. */
export const lastNumber = (sql: SqlClient, { key, name }: Table): Effect.Effect<number, SqlError> => {
  const [column] = key
  if (key.length !== 1 || column === undefined) return Effect.succeed(0)
  return sql.onDialectOrElse({
    pg: () =>
      Effect.flatMap(
        sql<{ sequence: string | null }>`SELECT pg_get_serial_sequence(${name}, ${column}) AS sequence`,
        ([row]) =>
          row?.sequence == null
            ? Effect.succeed(0)
            : Effect.map(
                sql<{ last: unknown }>`SELECT pg_sequence_last_value(${row.sequence}::regclass) AS last`,
                numberOf
              )
      ),
    orElse: () =>
      Effect.map(sql<{ last: unknown }>`SELECT seq AS last FROM sqlite_sequence WHERE name = ${name}`, numberOf)
  })
}

/**
 * What comes later takes a number behind all that was copied, and behind `last`. PostgreSQL counts apart from its rows, in each
 * table that numbers them.
 */
export const continueNumbers = (sql: SqlClient, { key, name }: Table, last: number): Effect.Effect<void, SqlError> => {
  const [column] = key
  if (key.length !== 1 || column === undefined) return Effect.void
  return sql.onDialectOrElse({
    pg: () =>
      Effect.flatMap(
        sql<{ sequence: string | null }>`SELECT pg_get_serial_sequence(${name}, ${column}) AS sequence`,
        ([row]) => {
          if (row?.sequence == null) return Effect.void
          const next = sql`GREATEST(${last}::bigint, (SELECT MAX(${sql(column)}) FROM ${sql(name)}), pg_sequence_last_value(${row.sequence}::regclass))`
          return Effect.asVoid(
            sql`SELECT setval(${row.sequence}::regclass, n) FROM (SELECT ${next} AS n) AS c WHERE n > 0`
          )
        }
      ),
    orElse: () =>
      last === 0
        ? Effect.void
        : Effect.andThen(
            sql`INSERT INTO sqlite_sequence (name, seq) SELECT ${name}, 0
              WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ${name})
                AND EXISTS (SELECT 1 FROM sqlite_master WHERE name = ${name} AND sql LIKE '%AUTOINCREMENT%')`,
            Effect.asVoid(sql`UPDATE sqlite_sequence SET seq = MAX(seq, ${last}) WHERE name = ${name}`)
          )
  })
}
