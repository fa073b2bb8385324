import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"

/** Rows of whatever store there is. */
export type Query = (sql: string) => Effect.Effect<ReadonlyArray<Record<string, unknown>>>

/** A server that is being restarted is waited for. */
const patience = Schedule.max([Schedule.spaced("100 millis"), Schedule.recurs(300)])

/** A connection of its own to this database. */
export const queryOf = (url: string): Effect.Effect<Query, never, Scope.Scope> =>
  PgClient.make({ url: Redacted.make(url), maxConnections: 1, minConnections: 0, connectTimeout: "5 seconds" }).pipe(
    Effect.provide(Reactivity.layer),
    Effect.orDie,
    Effect.map(
      (client): Query =>
        (sql) =>
          client.unsafe<Record<string, unknown>>(sql).pipe(Effect.retry(patience), Effect.orDie)
    )
  )

let made = 0

/** An empty database on a server, gone with the scope. Gives its address. */
export const makeDatabase = Effect.fnUntraced(function* (server: string): Effect.fn.Return<string, never, Scope.Scope> {
  const query = yield* queryOf(server)
  const name = `zalo_effect_${process.pid}_${made++}`
  yield* Effect.acquireRelease(query(`CREATE DATABASE ${name}`), () => query(`DROP DATABASE ${name} WITH (FORCE)`))
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
})
