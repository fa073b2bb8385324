import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CommandFailed } from "../cli/errors.ts"
import type { MigrateOptions, Migrated } from "../cli/storeOperations.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { commandFailed } from "./failures.ts"
import { storePlace } from "./storePlace.ts"
import { configuredStore, layerMigrated, readStoreAt, schemaOf, storeName } from "./storeAt.ts"
import { version } from "./store-version.ts"

/** `store migrate`. */
export const migrateStore = (options: MigrateOptions): Effect.Effect<Migrated, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const place = yield* storePlace(options.config.file)
    const store = options.to === undefined ? configuredStore(place) : readStoreAt(options.to, place)
    const from = yield* schemaOf(store)
    yield* Effect.scoped(Layer.build(layerMigrated(store)))
    return { store: storeName(store), from, to: version }
  }).pipe(Effect.catchTag("JournalError", (error) => Effect.fail(commandFailed(error))))
