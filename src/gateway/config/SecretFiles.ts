import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** Why a file is not taken as a secret. */
export const SecretFileReason = Schema.Literals([
  "missing",
  "denied",
  "symlink",
  "not-a-file",
  "several-links",
  "too-large",
  "empty",
  "unreadable",
  "unsupported"
])
export type SecretFileReason = typeof SecretFileReason.Type

const sentences: Readonly<Record<SecretFileReason, string>> = {
  missing: "does not exist",
  denied: "may not be read by this user",
  symlink: "is a symbolic link",
  "not-a-file": "is not a regular file",
  "several-links": "has more than one hard link",
  "too-large": "is larger than 16 KiB",
  empty: "is empty",
  unreadable: "cannot be read",
  unsupported: "cannot be read here: this program reads no files"
}

export class SecretFileError extends Schema.TaggedError<SecretFileError>()("SecretFileError", {
  reason: SecretFileReason
}) {
  override get message(): string {
    return sentences[this.reason]
  }
}

/** Files that hold one secret each, and nothing else (`reference-behaviour.md` §1.3). */
export class SecretFiles extends Context.Service<
  SecretFiles,
  {
    /** The trimmed content of a regular file, no symbolic link, with one hard link and at most 16 KiB. */
    read(path: string): Effect.Effect<Redacted.Redacted, SecretFileError>
  }
>()("zalo-effect/gateway/SecretFiles") {
  /** For programs without files: every secret file is unavailable. */
  static readonly layerNone: Layer.Layer<SecretFiles> = Layer.succeed(SecretFiles, {
    read: () => Effect.fail(new SecretFileError({ reason: "unsupported" }))
  })
}
