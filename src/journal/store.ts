import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Migrator from "effect/sql/Migrator"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { asJournalError } from "./failure.ts"
import { Journal, JournalError } from "./Journal.ts"
import { makeWriter } from "./writer.ts"

/** The migrations that a store needs, by key `NNNN_room`. */
export type Migrations = Readonly<Record<string, Effect.Effect<void, unknown, SqlClient>>>

const table = "zalo_effect_migrations"

/** Brings a store's tables up to date. Only `serve`, `sandbox` and `store migrate` do this. */
export const migrate = (migrations: Migrations): Effect.Effect<void, JournalError, SqlClient> =>
  Migrator.make({})({ table, loader: Migrator.fromRecord(migrations) }).pipe(
    Effect.asVoid,
    Effect.mapError((error) => new JournalError({ reason: "schema", detail: String(error.message) }))
  )

const latest = (migrations: Migrations): number =>
  Math.max(0, ...Object.keys(migrations).map((key) => Number.parseInt(key, 10)))

/** Refuses a store that another version has written: older ones would misread it, newer ones must migrate it first. */
export const checkVersion = (migrations: Migrations): Effect.Effect<void, JournalError, SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* asJournalError(sql<{ version: number }>`SELECT MAX(migration_id) AS version FROM ${sql(table)}`)
    const version = Number(rows[0]?.version ?? 0)
    const known = latest(migrations)
    if (version > known) {
      return yield* new JournalError({
        reason: "schema",
        detail: `the store has schema ${version}, this program knows ${known}: use a newer zalo-effect`
      })
    }
    if (version < known) {
      return yield* new JournalError({
        reason: "schema",
        detail: `the store has schema ${version}, this program needs ${known}: start "zalo-effect serve" once to migrate it`
      })
    }
  })

/** Puts a journal together out of its two connections. */
export const makeJournal = (options: {
  readonly sql: SqlClient
  readonly read: SqlClient
  readonly changedElsewhere: Effect.Effect<boolean, SqlError>
}): Effect.Effect<Journal["Service"], never, Scope.Scope> =>
  Effect.map(makeWriter(options.sql), (write) =>
    Journal.of({
      sql: options.sql,
      read: options.read,
      write,
      query: (query) => Effect.withTracerEnabled(asJournalError(query), false),
      changedElsewhere: asJournalError(options.changedElsewhere)
    })
  )
