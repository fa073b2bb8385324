import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { type Changed, EditFailed } from "./document.ts"

/** What was written. */
export interface Written {
  readonly file: string
  /** The file as it was; undefined for a new one. */
  readonly backup: string | undefined
}

/** A new file holds secrets, or soon will. */
const ours = 0o600

const leaveNothing = <A, E, R>(written: Effect.Effect<A, E, R>, path: string) =>
  Effect.tapError(written, () =>
    FileSystem.FileSystem.use((files) => files.remove(path, { force: true })).pipe(Effect.ignore)
  )

/** Written and on the disk before anything points to it. */
const put = Effect.fnUntraced(function* (path: string, text: string, mode: number) {
  const files = yield* FileSystem.FileSystem
  yield* files.remove(path, { force: true })
  yield* Effect.scoped(
    Effect.gen(function* () {
      const file = yield* files.open(path, { flag: "wx", mode })
      yield* file.writeAll(new TextEncoder().encode(text))
      yield* file.sync
    })
  )
  // Whatever the umask took away.
  yield* files.chmod(path, mode)
}, leaveNothing)

/**
 * Puts a checked change in the file's place at once: a reader sees the old file or the new one. The old one is kept beside it
 * as `FILE.bak`, the mode stays, and where the path is a link, what it leads to is replaced. A file that somebody else changed
 * since it was read is left alone.
 */
export const writeDocument = Effect.fn("ConfigDocument.write")(function* ({
  document,
  text
}: Changed): Effect.fn.Return<Written, EditFailed, FileSystem.FileSystem | Path.Path> {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { file, text: before } = document
  const failed = (what: string) => new EditFailed({ file, what })
  return yield* Effect.gen(function* () {
    yield* files.makeDirectory(path.dirname(file), { recursive: true, mode: 0o700 })
    const now = yield* files
      .readFileString(file)
      .pipe(
        Effect.catch((error) => (error.reason._tag === "NotFound" ? Effect.succeed(undefined) : Effect.fail(error)))
      )
    if (now !== before) return yield* failed("was changed meanwhile: run the command again")
    if (before === undefined) {
      yield* put(`${file}.new`, text, ours)
      yield* files.rename(`${file}.new`, file)
      return { file, backup: undefined }
    }
    const target = yield* files.realPath(file)
    const mode = (yield* files.stat(target)).mode & 0o777
    const backup = `${file}.bak`
    yield* put(backup, before, mode)
    yield* put(`${target}.new`, text, mode)
    yield* files.rename(`${target}.new`, target)
    return { file, backup }
  }).pipe(Effect.catchTag("PlatformError", (error) => Effect.fail(failed(`cannot be written (${error.reason._tag})`))))
})
