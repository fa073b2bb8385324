import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { ZaloConfig } from "./ZaloConfig.ts"

/** Between two looks. Looking costs a `stat` for each file; being told by the system is not the same everywhere, or at all. */
const lookEvery = "1 second"
/** What changed must stay as it is this long: editors write in more than one step. */
const settle = "200 millis"

type Seen = ReadonlyMap<string, string>

/** What changes when a file is written, replaced, or reached over another link (as Kubernetes exchanges a whole folder). */
const look = Effect.fnUntraced(function* (files: ReadonlyArray<string>): Effect.fn.Return<Seen, never, FileSystem> {
  const fs = yield* FileSystem
  const marks = yield* Effect.forEach(files, (file) =>
    Effect.match(fs.stat(file), {
      onFailure: ({ reason }) => reason._tag,
      onSuccess: ({ dev, ino, mode, mtime, size }) =>
        [dev, Option.getOrElse(ino, () => 0), mode, Option.getOrUndefined(mtime)?.getTime(), size].join(":")
    })
  )
  return new Map(files.map((file, index) => [file, marks[index] ?? ""]))
})

const same = (one: Seen, other: Seen): boolean => Array.from(other).every(([file, mark]) => one.get(file) === mark)

/** Reads the configuration again whenever one of its files changed, secrets included, for as long as it runs. */
export const watchConfig: Effect.Effect<never, never, ZaloConfig | FileSystem> = Effect.gen(function* () {
  const config = yield* ZaloConfig
  const now = Effect.flatMap(config.files, look)
  let seen = yield* now
  for (;;) {
    yield* Effect.sleep(lookEvery)
    const changed = yield* now
    if (same(seen, changed)) continue
    yield* Effect.sleep(settle)
    if (!same(changed, yield* now)) continue
    seen = changed
    yield* config.reload
    // Files that it names since: as they were a moment after they were read. Those known before were looked at earlier.
    seen = new Map([...(yield* now), ...changed])
  }
}).pipe(Effect.withTracerEnabled(false))

/** `watchConfig` in the background. */
export const layerWatch: Layer.Layer<never, never, ZaloConfig | FileSystem> = Layer.effectDiscard(
  Effect.forkScoped(watchConfig)
)
