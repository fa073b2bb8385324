import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { SecretFileError, type SecretFileReason, SecretFiles } from "../gateway/config/SecretFiles.ts"

const limit = 16 * 1024

const reasons: Readonly<Record<string, SecretFileReason>> = {
  ENOENT: "missing",
  ENOTDIR: "missing",
  EACCES: "denied",
  EPERM: "denied",
  ELOOP: "symlink",
  // What FreeBSD says instead.
  EMLINK: "symlink",
  EISDIR: "not-a-file"
}

const failure = (error: unknown) => {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : ""
  return new SecretFileError({ reason: reasons[code] ?? "unreadable" })
}

const attempt = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: failure })

const content = Effect.fnUntraced(function* (file: FileHandle) {
  const stat = yield* attempt(() => file.stat())
  if (!stat.isFile()) return yield* new SecretFileError({ reason: "not-a-file" })
  if (stat.nlink > 1) return yield* new SecretFileError({ reason: "several-links" })
  if (stat.size > limit) return yield* new SecretFileError({ reason: "too-large" })
  // One byte more than allowed: the file may have grown since.
  const { bytesRead, buffer } = yield* attempt(() => file.read(Buffer.alloc(limit + 1), 0, limit + 1, 0))
  if (bytesRead > limit) return yield* new SecretFileError({ reason: "too-large" })
  const text = buffer.toString("utf8", 0, bytesRead).trim()
  if (text === "") return yield* new SecretFileError({ reason: "empty" })
  return Redacted.make(text, { label: "secret file" })
})

// The checks look at the opened file, not at the path, which may name another one a moment later. NONBLOCK: opening a
// pipe must not hang.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Secret files of this machine. */
export const layerSecretFiles: Layer.Layer<SecretFiles> = Layer.succeed(SecretFiles, {
  read: Effect.fn("SecretFiles.read")((path: string) =>
    Effect.acquireUseRelease(
      attempt(() => open(path, flags)),
      content,
      (file) => Effect.promise(() => file.close())
    )
  )
})
