import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { accessMigrations } from "../access/migrations.ts"
import { StoreMissing } from "../cli/errors.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { journalMigrations } from "../journal/migrations.ts"
import { mediaMigrations } from "../media/migrations.ts"
import { layerSqlite } from "../node/store.ts"
import { dataDir } from "./data-dir.ts"

/** `gateway/layers.ts` lists the same, but brings the whole gateway along; a test holds the two together. */
export const migrations = { ...journalMigrations, ...accessMigrations, ...mediaMigrations }

/**
 * The store as it stands. Where it is follows from the environment alone (`design.md` §6.1), so that the pairing commands
 * also work beside a configuration that is being edited.
 */
export const layer: Layer.Layer<Journal, StoreMissing | JournalError> = Layer.unwrap(
  Effect.gen(function* () {
    const folder = dataDir(process.env)
    const filename = join(folder ?? ".", "zalo-effect.db")
    if (folder === undefined || !existsSync(filename)) return yield* new StoreMissing({ path: filename })
    return layerSqlite({ filename, migrations, migrate: false })
  })
)
