import * as PgClient from "@effect/sql-pg/PgClient"
import { PGlite, types } from "@electric-sql/pglite"
import * as Effect from "effect/Effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"

declare global {
  /** Each file of tests has modules of its own, and all files of a process share its one database. */
  var zaloEffectDatabase: { opened?: Promise<PGlite>; path: string; readonly one: Semaphore.Semaphore } | undefined
}

const shared = (globalThis.zaloEffectDatabase ??= { path: "", one: Semaphore.makeUnsafe(1) })

const open = () =>
  (shared.opened ??= PGlite.create({
    parsers: { [types.INT8]: Number },
    serializers: { [types.TEXT]: String, [types.INT4]: String, [types.INT8]: String }
  }))

const sqlError = (cause: unknown): SqlError =>
  new SqlError({
    reason: new UnknownError({
      cause,
      message: cause instanceof Error ? cause.message : String(cause),
      operation: "execute"
    })
  })

/** A connection to one schema of the database in this process. All share its one session: one at a time. */
const connectionTo = (schema: string): Connection => {
  // It goes on whoever has lost interest: nobody else may have the session before it has ended.
  const query = (sql: string, params: ReadonlyArray<unknown>, rowMode: "object" | "array") =>
    Effect.tryPromise({
      try: async () => {
        const db = await open()
        if (shared.path !== schema) {
          await db.exec(`SET search_path TO "${schema}"`)
          shared.path = schema
        }
        return db.query<Record<string, unknown>>(sql, [...params], { rowMode })
      },
      catch: sqlError
    }).pipe(Effect.uninterruptible)
  const rows: Connection["execute"] = (sql, params, transform) =>
    Effect.map(query(sql, params, "object"), ({ rows: found }) => (transform === undefined ? found : transform(found)))
  const values: Connection["executeValues"] = (sql, params) =>
    Effect.map(query(sql, params, "array"), ({ rows: found }) => found.map((row) => Object.values(row)))
  return {
    execute: rows,
    executeUnprepared: rows,
    executeRaw: (sql, params) => query(sql, params, "object"),
    executeValues: values,
    executeValuesUnprepared: values,
    executeStream: (sql, params, transform) =>
      Stream.unwrap(Effect.map(rows(sql, params, transform), (found) => Stream.fromIterable(found)))
  }
}

/** A client of PostgreSQL's dialect without a server. */
export const embeddedClient = (schema: string): Effect.Effect<SqlClient.SqlClient> => {
  const acquirer = Effect.as(
    Effect.acquireRelease(shared.one.take(1), () => shared.one.release(1)),
    connectionTo(schema)
  )
  return SqlClient.make({ acquirer, compiler: PgClient.makeCompiler(), driver: "pglite", spanAttributes: [] }).pipe(
    Effect.provide(Reactivity.layer)
  )
}
