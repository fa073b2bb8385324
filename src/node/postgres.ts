import * as PgClient from "@effect/sql-pg/PgClient"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { SqlClient } from "effect/sql/SqlClient"
import { randomUUID } from "node:crypto"
import { asJournalError } from "../journal/failure.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { statements } from "../journal/statement.ts"
import type { Shared } from "../journal/writer.ts"
import { types } from "./postgres-types.ts"
import { checkVersion, makeJournal, migrate, type Migrations, type NoTables } from "../journal/store.ts"

/** Where the journal is. */
export interface PostgresOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. */
  readonly url: Redacted.Redacted
  /** The schema that holds the tables; `public` when absent. It is made if tables may be made. */
  readonly schema?: string | undefined
  /** Connections that read; one more writes and one more listens. */
  readonly connections?: number | undefined
  /** A statement that takes longer has failed. */
  readonly statementTimeout?: Duration.Duration | undefined
}

/** Who commits tells it here, so that the other processes look. */
const channel = "zalo_effect_journal"

const again = Schedule.min([Schedule.exponential("100 millis"), Schedule.spaced("5 seconds")])

/** Connections to it, for as long as the scope is open. */
export const clientOf = (
  options: PostgresOptions,
  more: {
    readonly maxConnections: number
    readonly readonly?: boolean
    readonly startupParameters?: Readonly<Record<string, string>>
  }
): Effect.Effect<PgClient.PgClient, JournalError, Scope.Scope> =>
  asJournalError(
    PgClient.make({
      url: options.url,
      applicationName: "zalo-effect",
      types,
      maxConnections: more.maxConnections,
      minConnections: 0,
      connectTimeout: "5 seconds",
      idleTimeout: "60 seconds",
      startupParameters: {
        ...(options.schema === undefined ? {} : { search_path: options.schema }),
        ...(more.readonly === true ? { default_transaction_read_only: "on" } : {}),
        statement_timeout: String(Math.round(Duration.toMillis(options.statementTimeout ?? Duration.seconds(15)))),
        idle_in_transaction_session_timeout: "30000",
        synchronous_commit: "on",
        ...more.startupParameters
      }
    })
  ).pipe(Effect.provide(Reactivity.layer))

/**
 * Whether some other process committed since this was last asked: each commit tells its process's name. While nobody listens
 * (the server is being restarted) whatever may have been missed counts as a commit.
 */
const watchOthers = Effect.fnUntraced(function* (listener: PgClient.PgClient, self: string) {
  let changed = false
  const listen = Effect.gen(function* () {
    const told = yield* listener.listen(channel)
    changed = true
    return yield* Effect.forever(
      Effect.map(Queue.take(told), ({ payload }) => {
        if (payload !== self) changed = true
      })
    )
  }).pipe(Effect.scoped)
  yield* listen.pipe(
    Effect.tapError(() => Effect.sync(() => void (changed = true))),
    Effect.retry(again),
    Effect.ignore,
    Effect.withTracerEnabled(false),
    Effect.forkScoped
  )
  return Effect.sync(() => {
    const news = changed
    changed = false
    return news
  })
})

/**
 * The writer's own settings. Its transactions read what was committed when each statement begins, so that whoever had to wait
 * for the lock sees what the one before it wrote, whatever the server's default is. One that hangs in a transaction, its
 * machine being frozen or cut off, is thrown out before those who wait for it give up.
 */
const writing = {
  default_transaction_isolation: "read committed",
  idle_in_transaction_session_timeout: "5000",
  lock_timeout: "10000"
}

/** The first of the lock's two numbers; the second one tells the schemas of a database apart. */
const lock = 1_517_374_575

/** The marks of processes that are gone are kept for a day. */
const marksKept = 86_400_000

/**
 * One writer at a time, as SQLite has it: units read before they write. No more of it runs at once without the lock than one
 * may think, for whoever commits a NOTIFY waits for everybody else who does.
 */
const sharedBy = (sql: SqlClient, self: string): Shared => {
  const name = `writer/${self}`
  const locked = `pg_advisory_xact_lock(${lock}, hashtext(COALESCE(current_schema(), '')))`
  const begin = statements(sql)(
    `WITH mark AS (
      INSERT INTO gateway_state (name, json, updated_at) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET json = excluded.json, updated_at = excluded.updated_at RETURNING 1 AS one)
    SELECT ${locked}, pg_notify(?, ?) FROM mark`
  )
  const forget = statements(sql)("DELETE FROM gateway_state WHERE name LIKE 'writer/%' AND updated_at < ?")
  // A commit that is still under way holds it.
  const wait = statements(sql)(`SELECT ${locked}`)
  const mark = statements(sql)("SELECT 1 AS one FROM gateway_state WHERE name = ? AND json = ?")
  return {
    begin: (batch) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.andThen(
          begin(name, String(batch), now, channel, self),
          batch === 1 ? Effect.asVoid(forget(now - marksKept)) : Effect.void
        )
      ),
    held: (batch) =>
      Effect.andThen(
        wait(),
        Effect.map(mark(name, String(batch)), (rows) => rows.length > 0)
      )
  }
}

/** One connection writes, a pool of them reads, one listens for what other processes commit. */
const layerPrepared = <E>(
  options: PostgresOptions,
  prepare: Effect.Effect<void, JournalError | E, SqlClient>
): Layer.Layer<Journal, JournalError | E> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      const self = randomUUID()
      const sql = yield* clientOf(options, { maxConnections: 2, startupParameters: writing })
      yield* Effect.provideService(prepare, SqlClient, sql)
      const read = yield* clientOf(options, { maxConnections: options.connections ?? 8, readonly: true })
      const changedElsewhere = yield* watchOthers(sql, self)
      return yield* makeJournal({
        sql,
        read,
        changedElsewhere,
        shared: sharedBy(sql, self)
      })
    })
  )

/** The journal on PostgreSQL, its tables made and brought up to date. */
export const layerPostgres = (
  options: PostgresOptions & { readonly migrations: Migrations }
): Layer.Layer<Journal, JournalError> =>
  layerPrepared(
    options,
    Effect.gen(function* () {
      const sql = yield* SqlClient
      if (options.schema !== undefined) yield* asJournalError(sql`CREATE SCHEMA IF NOT EXISTS ${sql(options.schema)}`)
      yield* migrate(options.migrations)
    })
  )

/** The same as another program made it: its tables are neither made nor changed here (`journal/store.ts`, `latest`). */
export const layerPostgresExisting = (
  options: PostgresOptions & { readonly version: number }
): Layer.Layer<Journal, JournalError | NoTables> => layerPrepared(options, checkVersion(options.version))
