import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { Environment } from "./environment.ts"
import type { Report } from "./report.ts"

/** A configuration file that was found, with its text. */
export interface Located {
  readonly file: string
  readonly text: string
}

// The base directory specification: a relative path there is to be ignored.
const base = (path: Path.Path, given: string | undefined, home: string | undefined, rest: string) =>
  given !== undefined && path.isAbsolute(given) ? given : home === undefined ? undefined : path.join(home, rest)

/** `$XDG_DATA_HOME/zalo-effect`, or what the variable says; undefined when nothing tells. */
export const dataDir = Effect.fnUntraced(function* (environment: Environment) {
  const path = yield* Path.Path
  if (environment.dataDir !== undefined) return path.resolve(environment.dataDir)
  const data = base(path, environment.dataHome, environment.home, ".local/share")
  return data === undefined ? undefined : path.join(data, "zalo-effect")
})

/** Where the file is looked for when nothing names one. */
export const usualPlaces = (path: Path.Path, environment: Environment): ReadonlyArray<string> => {
  const home = base(path, environment.configHome, environment.home, ".config")
  return ["zalo-effect.json5", ...(home === undefined ? [] : [path.join(home, "zalo-effect", "config.json5")])]
}

/**
 * The file that was named (and must then exist), else the first of the two usual places that exists, else none
 * (`design.md` §6.1).
 */
export const locate = Effect.fnUntraced(function* (
  named: string | undefined,
  environment: Environment,
  report: Report
) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const read = (file: string) =>
    files.readFileString(file).pipe(
      Effect.map((text): Located => ({ file, text })),
      Effect.catch((error) =>
        Effect.sync(() => {
          const absent = error.reason._tag === "NotFound"
          if (absent && file !== chosen) return undefined
          const by = named === undefined ? "ZALO_EFFECT_CONFIG" : "--config"
          report.outside(
            file === chosen ? by : file,
            absent ? `names ${file}, which does not exist` : `the file ${file} cannot be read`,
            absent ? "Name a file that exists, or leave it out" : "Make it a file that this user may read"
          )
          return undefined
        })
      )
    )
  const chosen = named ?? environment.configFile
  if (chosen !== undefined) return yield* read(chosen)
  for (const file of usualPlaces(path, environment)) {
    if (!(yield* files.exists(file).pipe(Effect.orElseSucceed(() => false)))) continue
    return yield* read(file)
  }
  return undefined
})
