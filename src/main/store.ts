import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import { accessMigrations } from "../access/migrations.ts"
import { StoreMissing } from "../cli/errors.ts"
import { environment } from "../gateway/config/environment.ts"
import { dataDir } from "../gateway/config/locate.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { journalMigrations } from "../journal/migrations.ts"
import { layerSqlite } from "../node/store.ts"

/**
 * The store as it stands. Where it is follows from the environment alone (`design.md` §6.1), so that the pairing commands
 * also work beside a configuration that is being edited.
 */
export const layer: Layer.Layer<Journal, StoreMissing | JournalError> = Layer.unwrap(
  Effect.gen(function* () {
    const folder = yield* Effect.flatMap(environment, dataDir).pipe(Effect.provide(Path.layer))
    const filename = join(folder ?? ".", "zalo-effect.db")
    if (folder === undefined || !existsSync(filename)) return yield* new StoreMissing({ path: filename })
    return layerSqlite({ filename, migrations: { ...journalMigrations, ...accessMigrations }, migrate: false })
  })
)
