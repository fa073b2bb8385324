import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { makeDatabase, type Query, queryOf } from "../postgres/database.ts"
import { programs, startServer } from "../postgres/server.ts"
import type { Given } from "./Evidence.ts"

/** A Postgres server for measurements, and databases on it. */
export interface Databases {
  readonly make: () => Promise<{
    readonly url: string
    readonly query: (sql: string) => Promise<Awaited<ReturnType<typeof rowsOf>>>
  }>
  readonly close: () => Promise<void>
}

const rowsOf = (query: Query, sql: string) => Effect.runPromise(query(sql))

/** The server that was named, else one of our own. Undefined where there is none. */
export const openDatabases = async (given: Pick<Given, "storeUrl">): Promise<Databases | undefined> => {
  if (given.storeUrl === undefined && programs === undefined) return undefined
  const scope = await Effect.runPromise(Scope.make())
  const within = <A>(effect: Effect.Effect<A, never, Scope.Scope>) =>
    Effect.runPromise(Effect.provideService(effect, Scope.Scope, scope))
  const server = given.storeUrl ?? (await within(startServer)).url
  return {
    make: async () => {
      const url = await within(makeDatabase(server))
      const query = await within(queryOf(url))
      return { url, query: (sql) => rowsOf(query, sql) }
    },
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}
