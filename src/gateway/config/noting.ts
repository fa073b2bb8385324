import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import type { Path } from "effect/Path"
import type { Checked } from "./load.ts"
import { SecretFiles } from "./SecretFiles.ts"

/** One look at the configuration, and the files that it looked for: a change of one of them may change the answer. */
export interface Noted {
  readonly checked: Checked
  readonly files: ReadonlyArray<string>
}

/** Notes which secret files a check looks at. */
export const notingSecrets = Effect.fnUntraced(function* (
  check: Effect.Effect<Checked, never, Path | SecretFiles>
): Effect.fn.Return<Noted, never, Path | SecretFiles> {
  const secrets = yield* SecretFiles
  const files = new Set<string>()
  const checked = yield* Effect.provideService(check, SecretFiles, {
    ...secrets,
    read: (path) => {
      files.add(path)
      return secrets.read(path)
    },
    readPrivate: (path, limits) => {
      files.add(path)
      return secrets.readPrivate(path, limits)
    }
  })
  return { checked, files: Array.from(files) }
})

/** The same, and the configuration file itself, or the places where one may yet appear. */
export const notingFiles = Effect.fnUntraced(function* (
  check: Effect.Effect<Checked, never, FileSystem | Path | SecretFiles>
): Effect.fn.Return<Noted, never, FileSystem | Path | SecretFiles> {
  const fs = yield* FileSystem
  const configuration = new Set<string>()
  const readFileString: typeof fs.readFileString = (file, encoding) => {
    configuration.add(file)
    return fs.readFileString(file, encoding)
  }
  const { checked, files } = yield* notingSecrets(Effect.provideService(check, FileSystem, { ...fs, readFileString }))
  return { checked, files: [...configuration, ...files] }
})
