import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Migrator from "effect/sql/Migrator"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { asJournalError } from "./failure.ts"
import { Journal, JournalError } from "./Journal.ts"
import { makeStanding } from "./standing.ts"
import { makeWriter, type Shared } from "./writer.ts"

/** The migrations that a store needs, by key `NNNN_room`. */
export type Migrations = Readonly<Record<string, Effect.Effect<void, unknown, SqlClient>>>

/** Where a store remembers which migrations were run. */
export const migrationsTable = "zalo_effect_migrations"

/** The schema that these migrations lead to: the number of the last. */
export const latest = (migrations: Migrations): number =>
  Math.max(0, ...Object.keys(migrations).map((key) => Number.parseInt(key, 10)))

/** The schema that a store has; 0 when it has no tables of ours. */
export const versionOf = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* asJournalError(
    sql<{ version: number }>`SELECT MAX(migration_id) AS version FROM ${sql(migrationsTable)}`
  )
  return Number(rows[0]?.version ?? 0)
}).pipe(
  Effect.catchIf(
    ({ detail, reason }) =>
      (reason === "unavailable" || reason === "schema") && /no such table|does not exist/.test(detail),
    () => Effect.succeed(0)
  )
)

const refuse = (detail: string) => new JournalError({ reason: "schema", detail })

const refuseNewer = Effect.fnUntraced(function* (version: number, known: number) {
  if (version <= known) return
  return yield* refuse(`the store has schema ${version}, this program knows ${known}: use a newer zalo-effect`)
})

/** Brings a store's tables up to date. Only `serve`, `sandbox` and `store migrate` do this. */
export const migrate = (migrations: Migrations): Effect.Effect<void, JournalError, SqlClient> =>
  Effect.gen(function* () {
    yield* refuseNewer(yield* versionOf, latest(migrations))
    yield* Effect.mapError(
      Migrator.make({})({ table: migrationsTable, loader: Migrator.fromRecord(migrations) }),
      (error) => refuse(String(error.message))
    )
  })

/** A database that answers and holds no tables of ours. */
export class NoTables extends Schema.TaggedError<NoTables>()("NoTables", {}) {}

/** Refuses a store that another version has written: older ones would misread it, newer ones must migrate it first. */
export const checkVersion = (known: number): Effect.Effect<void, JournalError | NoTables, SqlClient> =>
  Effect.gen(function* () {
    const version = yield* versionOf
    if (version === 0) return yield* new NoTables({})
    yield* refuseNewer(version, known)
    if (version === known) return
    return yield* refuse(
      `the store has schema ${version}, this program needs ${known}: start "zalo-effect serve" once to migrate it`
    )
  })

/** Puts a journal together out of its two connections. */
export const makeJournal = (options: {
  readonly sql: SqlClient
  readonly read: SqlClient
  readonly changedElsewhere: Effect.Effect<boolean, SqlError>
  readonly shared?: Shared | undefined
  /** Told after each commit how many units were in it. */
  readonly committed?: ((units: number) => Effect.Effect<void>) | undefined
  /** Fails while nothing may be written, whatever the database itself would say. */
  readonly mayWrite?: Effect.Effect<void, SqlError> | undefined
}): Effect.Effect<Journal["Service"], never, Scope.Scope> =>
  Effect.gen(function* () {
    const { changedElsewhere, committed, mayWrite, read, shared, sql } = options
    const standing = makeStanding()
    const write = yield* makeWriter(sql, { committed, mayWrite, shared, tried: standing.tried })
    return Journal.of({
      sql,
      read,
      write,
      query: (query) => Effect.withTracerEnabled(asJournalError(Effect.tapError(query, standing.unread)), false),
      changedElsewhere: asJournalError(changedElsewhere),
      standing: standing.now
    })
  })
