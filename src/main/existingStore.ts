import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { StoreMissing } from "../cli/errors.ts"
import { placeOf, type PostgresSettings, type StoreSettings } from "../gateway/config/store.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import type { NoTables } from "../journal/store.ts"
import { databaseIn } from "../node/database.ts"
import { layerExisting } from "../node/existing.ts"
import { version } from "./store-version.ts"

/** What says which store is meant. */
export interface StorePlace {
  readonly dataDir: string
  readonly store: StoreSettings
}

/** The store's name for people. */
export const nameOf = ({ dataDir, store }: StorePlace): string =>
  store.postgres === undefined ? databaseIn(dataDir) : placeOf(store.postgres.url)

const layerPostgresStore = (postgres: PostgresSettings): Layer.Layer<Journal, JournalError | NoTables> =>
  Layer.unwrap(
    Effect.map(
      Effect.promise(() => import("../node/postgres.ts")),
      ({ layerPostgresExisting }) => layerPostgresExisting({ ...postgres, version })
    )
  )

/** The store as it stands: never made, never migrated. */
export const layerExistingStore = (place: StorePlace): Layer.Layer<Journal, StoreMissing | JournalError> => {
  const { dataDir, store } = place
  const missing = Layer.effect(Journal, Effect.fail(new StoreMissing({ path: nameOf(place) })))
  const found =
    store.postgres === undefined
      ? layerExisting({ filename: databaseIn(dataDir), version })
      : layerPostgresStore(store.postgres)
  return store.postgres === undefined && !existsSync(databaseIn(dataDir))
    ? missing
    : Layer.catchTag(found, "NoTables", () => missing)
}
