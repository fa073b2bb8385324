import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { StoreMissing } from "../cli/errors.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { layerExisting } from "../node/existing.ts"
import { dataDir } from "./data-dir.ts"

/**
 * The schema that the commands know: the number of the last migration in `gateway/layers.ts`, which would bring the whole
 * gateway along. A test holds the two together.
 */
export const version = 13

/**
 * The store as it stands. Where it is follows from the environment alone (`design.md` §6.1), so that the pairing commands
 * also work beside a configuration that is being edited.
 */
export const layer: Layer.Layer<Journal, StoreMissing | JournalError> = Layer.unwrap(
  Effect.gen(function* () {
    const folder = dataDir(process.env)
    const filename = join(folder ?? ".", "zalo-effect.db")
    if (folder === undefined || !existsSync(filename)) return yield* new StoreMissing({ path: filename })
    return layerExisting({ filename, version })
  })
)
