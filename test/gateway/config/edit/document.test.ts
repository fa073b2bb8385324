import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Edit, set, unset } from "../../../../src/gateway/config/edit/apply.ts"
import { changeDocument, openDocument } from "../../../../src/gateway/config/edit/document.ts"
import { writeDocument } from "../../../../src/gateway/config/edit/write.ts"
import { SecretFiles } from "../../../../src/gateway/config/SecretFiles.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "zalo-effect-edit-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const machine = (env: Readonly<Record<string, string>> = {}) =>
  Layer.mergeAll(
    NodeFileSystem.layer,
    NodePath.layer,
    SecretFiles.layerNone,
    ConfigProvider.layer(ConfigProvider.fromEnv({ env }))
  )

const edit = (file: string | undefined, edits: ReadonlyArray<Edit>, env: Readonly<Record<string, string>> = {}) =>
  openDocument(file).pipe(
    Effect.flatMap((document) => changeDocument(document, edits)),
    Effect.flatMap(writeDocument),
    Effect.provide(machine(env))
  )

const zalo = (name: string) => ["channels", "zalo", name]

it.effect("a new file is the owner's alone, and lies where it is found from every folder", () =>
  Effect.gen(function* () {
    const home = yield* folder
    const written = yield* edit(undefined, [set(zalo("botToken"), "1:a")], { HOME: home, ZALO_EFFECT_DATA_DIR: home })
    assert.strictEqual(written.file, join(home, ".config/zalo-effect/config.json5"))
    assert.isUndefined(written.backup)
    assert.strictEqual(statSync(written.file).mode & 0o777, 0o600)
    assert.match(
      readFileSync(written.file, "utf8"),
      /^\/\/ .*\n\{\n {2}channels: \{\n {4}zalo: \{\n {6}botToken: "1:a",\n/
    )
  })
)

it.effect("an existing one keeps its mode, and what it was stays beside it", () =>
  Effect.gen(function* () {
    const file = join(yield* folder, "config.json5")
    const before = '{channels: {zalo: {botToken: "1:a"}}} // mine\n'
    writeFileSync(file, before)
    chmodSync(file, 0o640)
    const written = yield* edit(file, [set(zalo("language"), "en")])
    assert.strictEqual(readFileSync(file, "utf8"), '{channels: {zalo: {botToken: "1:a", language: "en"}}} // mine\n')
    assert.strictEqual(statSync(file).mode & 0o777, 0o640)
    assert.strictEqual(written.backup, `${file}.bak`)
    assert.strictEqual(readFileSync(`${file}.bak`, "utf8"), before)
    assert.strictEqual(statSync(`${file}.bak`).mode & 0o777, 0o640)
  })
)

it.effect("a link stays a link: what it leads to is replaced", () =>
  Effect.gen(function* () {
    const at = yield* folder
    writeFileSync(join(at, "real.json5"), '{channels: {zalo: {botToken: "1:a"}}}')
    symlinkSync(join(at, "real.json5"), join(at, "link.json5"))
    yield* edit(join(at, "link.json5"), [set(zalo("botToken"), "2:b")])
    assert.include(readFileSync(join(at, "real.json5"), "utf8"), "2:b")
    assert.deepStrictEqual(readdirSync(at).sort(), ["link.json5", "link.json5.bak", "real.json5"])
  })
)

it.effect(
  "a change that makes something wrong is refused with all of it, and what was wrong before is not in its way",
  () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "config.json5")
      const before = '{channels: {zalo: {botToken: "1:a", dmPolicy: "nobody"}}}'
      writeFileSync(file, before)
      const refused = yield* Effect.flip(edit(file, [set(zalo("webhookUrl"), "http://x.example")]))
      assert.strictEqual(refused._tag, "ConfigError")
      assert.include(refused.message, "channels.zalo.webhookUrl")
      assert.notInclude(refused.message, "dmPolicy")
      assert.strictEqual(readFileSync(file, "utf8"), before)
      yield* edit(file, [set(zalo("botToken"), "2:b")])
      assert.include(readFileSync(file, "utf8"), "2:b")
    })
)

it.effect("a file that is not JSON5 is refused with its line", () =>
  Effect.gen(function* () {
    const file = join(yield* folder, "config.json5")
    writeFileSync(file, "{\n  channels: {\n}")
    const refused = yield* Effect.flip(edit(file, [unset(zalo("name"))]))
    assert.include(refused.message, `${file}:3`)
    assert.deepStrictEqual(readFileSync(file, "utf8"), "{\n  channels: {\n}")
  })
)

it.effect("a file that somebody else changed meanwhile is left alone", () =>
  Effect.gen(function* () {
    const file = join(yield* folder, "config.json5")
    writeFileSync(file, '{channels: {zalo: {botToken: "1:a"}}}')
    const failed = yield* openDocument(file).pipe(
      Effect.flatMap((document) => changeDocument(document, [set(zalo("botToken"), "2:b")])),
      Effect.tap(() => Effect.sync(() => writeFileSync(file, '{channels: {zalo: {botToken: "3:c"}}}'))),
      Effect.flatMap(writeDocument),
      Effect.flip,
      Effect.provide(machine())
    )
    assert.include(failed.message, "changed meanwhile")
    assert.include(readFileSync(file, "utf8"), "3:c")
  })
)

it.effect("where nothing can be written, it says so and leaves nothing behind", () =>
  Effect.gen(function* () {
    const at = yield* folder
    writeFileSync(join(at, "file"), "")
    const failed = yield* Effect.flip(edit(join(at, "file", "config.json5"), [set(zalo("botToken"), "1:a")]))
    assert.strictEqual(failed._tag, "EditFailed")
    assert.include(failed.message, "nothing was changed")
  })
)
