import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { JournalError } from "../journal/Journal.ts"
import { open } from "./existing.ts"
import type { PostgresOptions } from "./postgres.ts"

/** Where a store is, whatever is in it. */
export type StoreAt =
  | { readonly _tag: "Sqlite"; readonly filename: string }
  | { readonly _tag: "Postgres"; readonly place: PostgresOptions }

/** Asks a store something that may have any tables, or none. Nothing is made and nothing changed. */
export const looking = <A>(
  store: StoreAt,
  look: Effect.Effect<A, JournalError, SqlClient>
): Effect.Effect<A, JournalError> =>
  Effect.gen(function* () {
    const sql =
      store._tag === "Sqlite"
        ? yield* open({ filename: store.filename, readonly: true })
        : yield* Effect.flatMap(
            Effect.promise(() => import("./postgres.ts")),
            ({ clientOf }) => clientOf(store.place, { maxConnections: 1, readonly: true })
          )
    return yield* Effect.provideService(look, SqlClient, sql)
  }).pipe(Effect.scoped)
