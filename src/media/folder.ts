import * as Clock from "effect/Clock"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import { type MediaError, mediaError } from "./MediaError.ts"

/** Only the owner may read what people send. */
const folderMode = 0o700
export const fileMode = 0o600

/** A file that is being written. What a crash left of one goes with the sweep. */
const unfinished = ".part-"
const unfinishedFor = 3_600_000

/** Files that one step of a sweep looks at. */
const step = 64

const storeError = (error: PlatformError) =>
  mediaError("store", `the data directory cannot be used: ${error.reason._tag}`, true)

export const orStoreError = <A, R>(effect: Effect.Effect<A, PlatformError, R>): Effect.Effect<A, MediaError, R> =>
  Effect.mapError(effect, storeError)

/** Seconds, as the file system counts them. */
const seconds = Effect.map(Clock.currentTimeMillis, (now) => now / 1_000)

/** Lower-case hex of so many random bytes. */
export const randomHex = (bytes: number): Effect.Effect<string, never, SecureRandom.SecureRandom> =>
  SecureRandom.SecureRandom.use((random) => Effect.map(random.randomBytes(bytes), Hex.encode))

/** A folder of files that are written whole, never changed, and removed by age. */
export interface Folder {
  readonly pathOf: (name: string) => string
  /** A new file to write to, under a name that nobody looks at; it is gone with the scope unless `keep` gave it a name. */
  readonly part: Effect.Effect<string, MediaError, SecureRandom.SecureRandom>
  readonly keep: (part: string, name: string) => Effect.Effect<string, MediaError>
  /** Makes a file young again; false when there is none. */
  readonly touch: (name: string) => Effect.Effect<boolean>
  readonly remove: (name: string) => Effect.Effect<void>
  /** Removes what is older than `age` ms and not spared, in small steps. */
  readonly sweep: (
    age: number,
    spare?: (names: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>>
  ) => Effect.Effect<void>
}

export const makeFolder = (fs: FileSystem.FileSystem, path: Path.Path, directory: string): Folder => {
  const pathOf = (name: string) => path.join(directory, name)

  const touch = (name: string) =>
    Effect.flatMap(seconds, (now) => fs.utimes(pathOf(name), now, now)).pipe(
      Effect.match({ onFailure: () => false, onSuccess: () => true })
    )
  const remove = (name: string) => Effect.ignore(fs.remove(pathOf(name), { force: true }))

  const ageOf = (name: string, now: number) =>
    fs.stat(pathOf(name)).pipe(
      Effect.map(({ mtime }) => now - Option.match(mtime, { onNone: () => 0, onSome: (date) => date.getTime() })),
      Effect.orElseSucceed(() => 0)
    )

  const sweep: Folder["sweep"] = Effect.fnUntraced(function* (age, spare) {
    const names = yield* Effect.orElseSucceed(fs.readDirectory(directory), () => [])
    for (let at = 0; at < names.length; at += step) {
      const now = yield* Clock.currentTimeMillis
      const some = names.slice(at, at + step)
      const old: Array<string> = []
      for (const name of some) {
        if ((yield* ageOf(name, now)) > (name.startsWith(unfinished) ? unfinishedFor : age)) old.push(name)
      }
      const spared = spare === undefined || old.length === 0 ? undefined : yield* spare(old)
      for (const name of old) if (spared?.has(name) !== true) yield* remove(name)
      yield* Effect.yieldNow
    }
  })

  return {
    pathOf,
    part: Effect.gen(function* () {
      yield* orStoreError(fs.makeDirectory(directory, { recursive: true, mode: folderMode }))
      return `${unfinished}${yield* randomHex(8)}`
    }),
    keep: Effect.fnUntraced(function* (part, name) {
      yield* orStoreError(fs.rename(pathOf(part), pathOf(name)))
      yield* touch(name)
      return pathOf(name)
    }),
    touch,
    remove,
    sweep
  }
}
