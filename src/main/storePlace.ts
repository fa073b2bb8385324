import { existsSync, readFileSync } from "node:fs"
import { isAbsolute, join } from "node:path"
import * as Effect from "effect/Effect"
import { ConfigFile } from "../cli/ConfigFile.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { StoreSettings } from "../gateway/config/store.ts"
import { dataDir } from "./data-dir.ts"
import type { StorePlace } from "./existingStore.ts"

type Env = Readonly<Record<string, string | undefined>>

const inDataDir: StoreSettings = { postgres: undefined }

/** The rule of `gateway/config/locate.ts` once more (a test holds the two together), because these commands have to start fast. */
const configFile = (named: string | undefined, env: Env): string | undefined => {
  const { HOME: home, XDG_CONFIG_HOME: xdg, ZALO_EFFECT_CONFIG: chosen } = env
  if (named !== undefined) return named
  if (chosen !== undefined && chosen !== "") return chosen
  const base =
    xdg !== undefined && isAbsolute(xdg) ? xdg : home === undefined || home === "" ? undefined : join(home, ".config")
  return ["zalo-effect.json5", ...(base === undefined ? [] : [join(base, "zalo-effect", "config.json5")])].find(
    (file) => existsSync(file)
  )
}

/** Whether the file may say where the store is. What cannot be read says nothing here. */
const mayName = (file: string | undefined): boolean => {
  if (file === undefined) return false
  try {
    // A key may be written with escapes, which nobody does without need.
    return /\bstore\b|\\u/.test(readFileSync(file, "utf8"))
  } catch {
    return false
  }
}

/** What `--config` names, or else would be found, and the data directory. */
export const storePlace = (named: string | undefined): Effect.Effect<StorePlace, ConfigError> =>
  Effect.map(Effect.provideService(storeSettings, ConfigFile, named), (store) => ({
    dataDir: dataDir(process.env) ?? ".",
    store
  }))

/**
 * Which store a command means: the configuration is read only where it says something of that, so that other commands start
 * fast and work beside one that is being edited.
 */
export const storeSettings: Effect.Effect<StoreSettings, ConfigError> = Effect.gen(function* () {
  const named = yield* ConfigFile
  if ((process.env["ZALO_EFFECT_STORE_URL"] ?? "") === "" && !mayName(configFile(named, process.env))) return inDataDir
  const [{ readStore }, files] = yield* Effect.promise(() =>
    Promise.all([import("../gateway/config/storeOnly.ts"), import("./files.ts")])
  )
  return yield* Effect.provide(readStore(named), files.layer)
})
