import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { execFileSync } from "node:child_process"
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type SecretCommandError, type SecretFileError, SecretFiles } from "../../../src/gateway/config/SecretFiles.ts"
import { layerSecretFiles } from "../../../src/node/secret-files.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "zalo-effect-secrets-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const read = (path: string) =>
  SecretFiles.pipe(
    Effect.flatMap((files) => files.read(path)),
    Effect.match({ onSuccess: (secret) => Redacted.value(secret), onFailure: ({ reason }) => ({ reason }) }),
    Effect.provide(layerSecretFiles)
  )

it.effect("a regular file with one link is read and trimmed", () =>
  Effect.gen(function* () {
    const path = join(yield* folder, "token")
    writeFileSync(path, "\n 1:abc \n")
    assert.strictEqual(yield* read(path), "1:abc")
    writeFileSync(path, "x".repeat(16 * 1024))
    assert.strictEqual(yield* read(path), "x".repeat(16 * 1024))
  })
)

it.effect("whatever else it is, it is refused with its reason", () =>
  Effect.gen(function* () {
    const at = yield* folder
    const file = (name: string, text: string) => {
      writeFileSync(join(at, name), text)
      return join(at, name)
    }
    const target = file("target", "1:abc")
    symlinkSync(target, join(at, "symlink"))
    assert.deepStrictEqual(yield* read(join(at, "symlink")), { reason: "symlink" })
    linkSync(target, join(at, "hard"))
    assert.deepStrictEqual(yield* read(join(at, "hard")), { reason: "several-links" })
    assert.deepStrictEqual(yield* read(target), { reason: "several-links" })
    assert.deepStrictEqual(yield* read(file("big", "x".repeat(16 * 1024 + 1))), { reason: "too-large" })
    assert.deepStrictEqual(yield* read(file("blank", " \n")), { reason: "empty" })
    mkdirSync(join(at, "folder"))
    assert.deepStrictEqual(yield* read(join(at, "folder")), { reason: "not-a-file" })
    assert.deepStrictEqual(yield* read(join(at, "none")), { reason: "missing" })
    assert.deepStrictEqual(yield* read(join(target, "none")), { reason: "missing" })
  })
)

it.effect("a pipe is refused at once instead of being waited for", () =>
  Effect.gen(function* () {
    const pipe = join(yield* folder, "pipe")
    execFileSync("mkfifo", [pipe])
    assert.deepStrictEqual(yield* read(pipe), { reason: "not-a-file" })
  })
)

const limits = { maxBytes: 1_024, timeout: Duration.seconds(5), allowInsecure: false }

const told = <A>(effect: Effect.Effect<Redacted.Redacted, SecretFileError | SecretCommandError, A>) =>
  Effect.match(effect, { onSuccess: (secret) => Redacted.value(secret), onFailure: ({ message }) => message })

it.live("a private file is read as it is; one that others can open is refused", () =>
  Effect.gen(function* () {
    const path = join(yield* folder, "secrets.json")
    writeFileSync(path, "{}\n", { mode: 0o600 })
    const readPrivate = (more: object = {}) =>
      told(SecretFiles.use((files) => files.readPrivate(path, { ...limits, ...more })))
    assert.strictEqual(yield* readPrivate(), "{}\n")
    assert.strictEqual(yield* readPrivate({ maxBytes: 2 }), "is too large")
    chmodSync(path, 0o640)
    assert.include(yield* readPrivate(), "other users")
    assert.strictEqual(yield* readPrivate({ allowInsecure: true }), "{}\n")
  }).pipe(Effect.provide(layerSecretFiles))
)

it.live("a program gets its question and only the variables that it was promised", () =>
  Effect.gen(function* () {
    const at = yield* folder
    const program = (name: string, lines: string, mode = 0o700) => {
      const path = join(at, name)
      writeFileSync(path, `#!/bin/sh\n${lines}\n`)
      chmodSync(path, mode)
      return path
    }
    const base = { args: [], env: {}, passEnv: [], trustedDirs: undefined, allowSymlink: false, ...limits }
    const run = (command: string, more: object = {}) =>
      told(SecretFiles.use((files) => files.run({ command, ...base, ...more }, "question\n")))

    const echo = program("echo", 'read line; echo "$line $1 $GIVEN [$HOME]"')
    assert.strictEqual(yield* run(echo, { args: ["a b"], env: { GIVEN: "given" } }), "question a b given []\n")
    assert.include(yield* run(echo, { passEnv: ["HOME"] }), `[${process.env["HOME"] ?? ""}]`)
    assert.strictEqual(yield* run(program("fails", "exit 3")), "failed (exit code 3)")
    assert.strictEqual(yield* run(program("much", "head -c 2000 /dev/zero")), "answered more than maxOutputBytes")
    assert.strictEqual(
      yield* run(program("slow", "sleep 60"), { timeout: Duration.millis(100) }),
      "did not answer in time"
    )
    assert.strictEqual(yield* run(program("open", "echo x", 0o722)), "may be changed by other users")
    assert.strictEqual(yield* run(program("text", "echo x", 0o600)), "is not a program that this user may run")
    assert.strictEqual(yield* run(join(at, "none")), "does not exist")
    assert.strictEqual(yield* run(echo, { trustedDirs: [join(at, "elsewhere")] }), "lies outside of trustedDirs")
    assert.include(yield* run(echo, { trustedDirs: [at] }), "question")
    symlinkSync(echo, join(at, "link"))
    assert.strictEqual(yield* run(join(at, "link")), "is a symbolic link")
    assert.include(yield* run(join(at, "link"), { allowSymlink: true }), "question")
  }).pipe(Effect.provide(layerSecretFiles))
)
