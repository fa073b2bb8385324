import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
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
  "not-owned",
  "not-private",
  "too-large",
  "empty",
  "timeout",
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
  "not-owned": "belongs to another user",
  "not-private": "may be read or changed by other users (its mode must be 600 or 400)",
  "too-large": "is too large",
  empty: "is empty",
  timeout: "could not be read in time",
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

/** Why a program gave no secrets. */
export const SecretCommandReason = Schema.Literals([
  "missing",
  "symlink",
  "not-a-program",
  "not-owned",
  "writable",
  "untrusted",
  "failed",
  "too-large",
  "timeout",
  "unsupported"
])
export type SecretCommandReason = typeof SecretCommandReason.Type

const endings: Readonly<Record<SecretCommandReason, string>> = {
  missing: "does not exist",
  symlink: "is a symbolic link",
  "not-a-program": "is not a program that this user may run",
  "not-owned": "belongs to another user",
  writable: "may be changed by other users",
  untrusted: "lies outside of trustedDirs",
  failed: "failed",
  "too-large": "answered more than maxOutputBytes",
  timeout: "did not answer in time",
  unsupported: "cannot be run here: this program starts no others"
}

export class SecretCommandError extends Schema.TaggedError<SecretCommandError>()("SecretCommandError", {
  reason: SecretCommandReason,
  /** The exit code or the signal of one that failed. */
  detail: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return this.detail === undefined ? endings[this.reason] : `${endings[this.reason]} (${this.detail})`
  }
}

export interface SecretLimits {
  readonly maxBytes: number
  readonly timeout: Duration.Duration
  /** Takes what other users may read or change. */
  readonly allowInsecure: boolean
}

/** A program that gives secrets, started without a shell. */
export interface SecretCommand extends SecretLimits {
  /** Absolute. */
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
  readonly passEnv: ReadonlyArray<string>
  readonly trustedDirs: ReadonlyArray<string> | undefined
  readonly allowSymlink: boolean
}

/** Where secrets lie outside of the configuration: in files, and with programs (`reference-behaviour.md` §1.3). */
export class SecretFiles extends Context.Service<
  SecretFiles,
  {
    /** The trimmed content of a regular file, no symbolic link, with one hard link and at most 16 KiB. */
    read(path: string): Effect.Effect<Redacted.Redacted, SecretFileError>
    /** The content as it is, of a file that besides belongs to this user (or root) and is closed to all others. */
    readPrivate(path: string, limits: SecretLimits): Effect.Effect<Redacted.Redacted, SecretFileError>
    /** What the program writes when it is given `input`. */
    run(command: SecretCommand, input: string): Effect.Effect<Redacted.Redacted, SecretCommandError>
  }
>()("zalo-effect/gateway/SecretFiles") {
  /** For programs without files: every secret file is unavailable. */
  static readonly layerNone: Layer.Layer<SecretFiles> = Layer.succeed(SecretFiles, {
    read: () => Effect.fail(new SecretFileError({ reason: "unsupported" })),
    readPrivate: () => Effect.fail(new SecretFileError({ reason: "unsupported" })),
    run: () => Effect.fail(new SecretCommandError({ reason: "unsupported" }))
  })
}
