import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { migrationsTable } from "../store.ts"

/** A table of a store, as its database describes it. */
export interface Table {
  readonly name: string
  readonly columns: ReadonlyArray<string>
  /** The columns that tell its rows apart, in the key's order. */
  readonly key: ReadonlyArray<string>
}

const Column = Schema.Struct({ table_name: Schema.String, column_name: Schema.String, key_part: Schema.Number })
const decode = Schema.decodeUnknownEffect(Schema.Array(Column))

const sqlite = (sql: SqlClient) => sql`
  SELECT m.name AS table_name, c.name AS column_name, c.pk AS key_part
  FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
  WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid`

const postgres = (sql: SqlClient) => sql`
  SELECT c.table_name, c.column_name, COALESCE(k.ordinal_position, 0) AS key_part
  FROM information_schema.columns AS c
  LEFT JOIN information_schema.table_constraints AS t
    ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY'
  LEFT JOIN information_schema.key_column_usage AS k
    ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name
      AND k.table_name = c.table_name AND k.column_name = c.column_name
  WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.ordinal_position`

/** The store's tables by name, without those that say which migrations were run and which runners there are. */
export const tablesOf = (sql: SqlClient): Effect.Effect<ReadonlyArray<Table>, SqlError> =>
  Effect.gen(function* () {
    const asked = sql.onDialectOrElse({ pg: () => postgres(sql), orElse: () => sqlite(sql) })
    const rows = yield* Effect.orDie(decode(yield* asked))
    const names = [...new Set(rows.map((row) => row.table_name))].filter(
      (name) => name !== migrationsTable && !name.startsWith("zalo_cluster")
    )
    return names.map((name) => {
      const own = rows.filter((row) => row.table_name === name)
      return {
        name,
        columns: own.map((row) => row.column_name),
        key: own
          .filter((row) => row.key_part > 0)
          .toSorted((a, b) => a.key_part - b.key_part)
          .map((row) => row.column_name)
      }
    })
  })

const Count = Schema.Tuple([
  Schema.Struct({ n: Schema.Union([Schema.Number, Schema.NumberFromString, Schema.BigInt]) })
])
const decodeCount = Schema.decodeUnknownEffect(Count)

/** Rows of a table. */
export const countOf = (sql: SqlClient, table: string): Effect.Effect<number, SqlError> =>
  Effect.map(
    Effect.flatMap(sql`SELECT COUNT(*) AS n FROM ${sql(table)}`, (rows) => Effect.orDie(decodeCount(rows))),
    ([{ n }]) => Number(n)
  )
