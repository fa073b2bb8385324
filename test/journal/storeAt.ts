import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { inject } from "vitest"
import { Journal, type JournalError } from "../../src/journal/Journal.ts"
import { layerSqlite, type StoreOptions } from "../../src/node/store.ts"
import { watched } from "../store/inFlight.ts"
import { layerStandsFor } from "../store/postgres.ts"
import type { SuiteStore } from "../store/setup.ts"

/** The PostgreSQL that this run of the suites is about; undefined: SQLite. */
export const suiteStore: SuiteStore | undefined = inject("suiteStore")

/** The store that a suite keeps under this name, on the database that the run is about. */
export const storeAt = (options: StoreOptions & { readonly migrate: true }): Layer.Layer<Journal, JournalError> =>
  Layer.effect(Journal, Effect.map(Journal, watched)).pipe(
    Layer.provide(suiteStore === undefined ? layerSqlite(options) : layerStandsFor(options, suiteStore))
  )

/** A test of what only SQLite has: over PostgreSQL it is left out, and says why. */
export const onlySqlite = <A, E>(name: string, why: string, test: () => Effect.Effect<A, E, Scope.Scope>): void =>
  suiteStore === undefined ? it.effect(name, test) : it.effect.skip(`${name} (left out: ${why})`, test)
