import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { execFileSync } from "node:child_process"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SecretFiles } from "../../../src/gateway/config/SecretFiles.ts"
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
