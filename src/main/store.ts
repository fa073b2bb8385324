import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { StoreMissing } from "../cli/errors.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { dataDir } from "./data-dir.ts"
import { layerExistingStore } from "./existingStore.ts"
import { storeSettings } from "./storePlace.ts"

/** The store as it stands. */
export const layer: Layer.Layer<Journal, StoreMissing | JournalError | ConfigError> = Layer.unwrap(
  Effect.map(storeSettings, (store) => layerExistingStore({ dataDir: dataDir(process.env) ?? ".", store }))
)
