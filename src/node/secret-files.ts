import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import {
  SecretFileError,
  type SecretFileReason,
  SecretFiles,
  type SecretLimits
} from "../gateway/config/SecretFiles.ts"
import { run } from "./secret-program.ts"

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

/** Root's files are as good as one's own. Undefined where the system knows no owners. */
const isOwned = (uid: number): boolean => {
  const mine = process.getuid?.()
  return mine === undefined || uid === mine || uid === 0
}

/** `closed`: nobody else may read or change it, and it is this user's. */
const content = Effect.fnUntraced(function* (file: FileHandle, maxBytes: number, closed: boolean) {
  const stat = yield* attempt(() => file.stat())
  if (!stat.isFile()) return yield* new SecretFileError({ reason: "not-a-file" })
  if (stat.nlink > 1) return yield* new SecretFileError({ reason: "several-links" })
  if (closed && !isOwned(stat.uid)) return yield* new SecretFileError({ reason: "not-owned" })
  if (closed && process.getuid !== undefined && (stat.mode & 0o077) !== 0) {
    return yield* new SecretFileError({ reason: "not-private" })
  }
  if (stat.size > maxBytes) return yield* new SecretFileError({ reason: "too-large" })
  // One byte more than allowed: the file may have grown since.
  const buffer = Buffer.alloc(Math.min(maxBytes, stat.size + limit) + 1)
  const { bytesRead } = yield* attempt(() => file.read(buffer, 0, buffer.length, 0))
  if (bytesRead > maxBytes) return yield* new SecretFileError({ reason: "too-large" })
  const text = buffer.toString("utf8", 0, bytesRead)
  if (text.trim() === "") return yield* new SecretFileError({ reason: "empty" })
  return text
})

// The checks look at the opened file, not at the path, which may name another one a moment later. NONBLOCK: opening a
// pipe must not hang.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

const reading = (path: string, maxBytes: number, closed: boolean) =>
  Effect.acquireUseRelease(
    attempt(() => open(path, flags)),
    (file) => content(file, maxBytes, closed),
    (file) => Effect.promise(() => file.close())
  )

const secret = (text: string) => Redacted.make(text, { label: "secret file" })

/** Secret files and programs of this machine. */
export const layerSecretFiles: Layer.Layer<SecretFiles> = Layer.succeed(SecretFiles, {
  read: Effect.fn("SecretFiles.read")((path: string) =>
    Effect.map(reading(path, limit, false), (text) => secret(text.trim()))
  ),
  readPrivate: Effect.fn("SecretFiles.readPrivate")(
    (path: string, { allowInsecure, maxBytes, timeout }: SecretLimits) =>
      reading(path, maxBytes, !allowInsecure).pipe(
        Effect.map(secret),
        Effect.timeoutOrElse({
          duration: timeout,
          orElse: () => Effect.fail(new SecretFileError({ reason: "timeout" }))
        })
      )
  ),
  run
})
