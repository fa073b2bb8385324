import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlConnection from "effect/sql/SqlConnection"
import * as SqlError from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite"

/** The option names of `@effect/sql-sqlite-node`, so that it can take this file's place once it is built for 4.1. */
export interface SqliteClientConfig {
  readonly filename: string
  readonly readonly?: boolean | undefined
  readonly disableWAL?: boolean | undefined
  /** Prepared statements kept, at most. */
  readonly prepareCacheSize?: number | undefined
  readonly spanAttributes?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Longer would freeze the event loop: SQLite waits inside the call. Whoever meets a busy database asks again later
 * (`journal/writer.ts`).
 */
const busyTimeout = 5

interface Prepared {
  readonly statement: StatementSync
  /** Whether it gives rows back. */
  readonly answers: boolean
}

/** node:sqlite calls it `errcode`; Effect's classifier reads `errno`. */
const sqlError = (cause: unknown, operation: string): SqlError.SqlError => {
  const errno = typeof cause === "object" && cause !== null && "errcode" in cause ? cause.errcode : undefined
  const message = cause instanceof Error ? cause.message : String(cause)
  return new SqlError.SqlError({
    reason: SqlError.classifySqliteError({ errno, message, cause }, { message, operation })
  })
}

const open = (options: SqliteClientConfig) =>
  Effect.try({
    try: () => {
      const db = new DatabaseSync(options.filename, { readOnly: options.readonly ?? false, timeout: busyTimeout })
      db.exec("PRAGMA foreign_keys = ON")
      if (options.readonly) db.exec("PRAGMA query_only = ON")
      else if (options.disableWAL !== true) db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
      return db
    },
    catch: (cause) => sqlError(cause, "connect")
  })

/** A `SqlClient` over Node's own SQLite: one connection, every statement synchronous. */
export const make = (options: SqliteClientConfig): Effect.Effect<SqlClient.SqlClient, SqlError.SqlError, Scope.Scope> =>
  Effect.gen(function* () {
    const db = yield* Effect.acquireRelease(open(options), (db) => Effect.sync(() => db.close()))
    const prepared = new Map<string, Prepared>()
    const cacheSize = options.prepareCacheSize ?? 200

    const prepare = (sql: string): Prepared => {
      const known = prepared.get(sql)
      if (known !== undefined) return known
      const statement = db.prepare(sql)
      const fresh = { statement, answers: statement.columns().length > 0 }
      if (prepared.size >= cacheSize) {
        for (const oldest of prepared.keys()) {
          prepared.delete(oldest)
          break
        }
      }
      prepared.set(sql, fresh)
      return fresh
    }

    const run = (sql: string, params: ReadonlyArray<unknown>, arrays: boolean) =>
      Effect.try({
        try: (): ReadonlyArray<Record<string, SQLOutputValue>> => {
          const { statement, answers } = prepare(sql)
          const values = params.map(toInput)
          if (!answers) {
            statement.run(...values)
            return []
          }
          statement.setReturnArrays(arrays)
          return statement.all(...values)
        },
        catch: (cause) => sqlError(cause, "execute")
      })

    const execute: SqlConnection.Connection["execute"] = (sql, params, transform) =>
      transform === undefined ? run(sql, params, false) : Effect.map(run(sql, params, false), (rows) => transform(rows))
    const values: SqlConnection.Connection["executeValues"] = (sql, params) =>
      Effect.map(run(sql, params, true), (rows) => rows.map((row) => Object.values(row)))

    const connection: SqlConnection.Connection = {
      execute,
      executeUnprepared: execute,
      executeRaw: (sql, params) => run(sql, params, false),
      executeValues: values,
      executeValuesUnprepared: values,
      executeStream: (sql, params, transform) =>
        Stream.unwrap(Effect.map(execute(sql, params, transform), (rows) => Stream.fromIterable(rows)))
    }

    return yield* SqlClient.make({
      ...SqlClient.makeSqliteAcquirers({
        connection: Effect.succeed(connection),
        semaphore: yield* Semaphore.make(1),
        isTransaction: () => db.isTransaction
      }),
      compiler: Statement.makeCompilerSqlite(),
      driver: "node-sqlite",
      beginTransaction: "BEGIN IMMEDIATE",
      spanAttributes: [...Object.entries(options.spanAttributes ?? {}), ["db.system.name", "sqlite"]]
    })
  }).pipe(Effect.provide(Reactivity.layer))

const toInput = (value: unknown): SQLInputValue => {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
      return value
    case "boolean":
      return value ? 1 : 0
    default:
      if (value === null || value === undefined) return null
      if (value instanceof Uint8Array) return value
      return String(value)
  }
}
