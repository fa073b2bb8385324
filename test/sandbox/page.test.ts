import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import { assetTypes, readAssets } from "../../src/sandbox/page/assets.ts"
import { layerFirstUser, pageRoutes } from "../../src/sandbox/page/routes.ts"
import { Network } from "../../src/sandbox/Network.ts"
import { EmulatedZalo } from "../../src/sandbox/Zalo.ts"

const origin = "http://127.0.0.1:8788"
const files = Layer.merge(NodeFileSystem.layer, NodePath.layer)
const served = HttpRouter.serve(pageRoutes, { disableListenLog: true, disableLogger: true }).pipe(
  Layer.provide(Network.layerServer(origin)),
  Layer.provideMerge(Network.layer),
  Layer.provideMerge(files)
)

const folder = Effect.flatMap(Path.Path, (path) =>
  path.fromFileUrl(new URL("../../src/sandbox/page/", import.meta.url))
)

/** The page's files as text, but for its sound. */
const texts = Effect.map(readAssets(), (all) =>
  Array.from(all)
    .filter(([name]) => !name.endsWith(".wav"))
    .map(([name, bytes]) => [name, new TextDecoder().decode(bytes)] as const)
)

it.effect("the page and each of its files is served with its type, and may not be guessed, framed or kept", () =>
  Effect.gen(function* () {
    for (const [name, type] of [["", assetTypes.get("index.html")] as const, ...assetTypes]) {
      const response = yield* HttpClient.get(name === "" ? `${origin}/` : `${origin}/sandbox/assets/${name}`)
      assert.strictEqual(response.status, 200, name)
      assert.strictEqual(response.headers["content-type"], type, name)
      assert.strictEqual(response.headers["x-content-type-options"], "nosniff")
      assert.strictEqual(response.headers["referrer-policy"], "no-referrer")
      const policy = response.headers["content-security-policy"] ?? ""
      assert.include(policy, "default-src 'self'")
      assert.include(policy, "img-src * data:")
      assert.include(policy, "frame-ancestors 'none'")
      assert.notMatch(policy, /unsafe|script-src/)
    }
  }).pipe(Effect.provide(served))
)

it.effect("nothing else is served, however it is asked for", () =>
  Effect.gen(function* () {
    const names = ["assets.ts", "routes.ts", "..%2FZalo.ts", "..%2f..%2f..%2fpackage.json", "%2e%2e", "nothing.js"]
    for (const name of names) {
      const response = yield* HttpClient.get(`${origin}/sandbox/assets/${name}`)
      assert.strictEqual(response.status, 404, name)
    }
  }).pipe(Effect.provide(served))
)

it.effect("every file in the page's folder is served, and what the page refers to is among them", () =>
  Effect.gen(function* () {
    const there = yield* Effect.flatMap(FileSystem.FileSystem, (fs) =>
      Effect.flatMap(folder, (dir) => fs.readDirectory(dir))
    )
    const names = there.filter((name) => !name.endsWith(".ts")).sort()
    assert.deepStrictEqual(names, Array.from(assetTypes.keys()).sort())
    const referred = (yield* texts).flatMap(([name, text]) => [
      ...Array.from(text.matchAll(/\/sandbox\/assets\/([\w.-]+)/g), (match) => [name, match[1] ?? ""] as const),
      ...Array.from(text.matchAll(/from "\.\/([\w.-]+)"/g), (match) => [name, match[1] ?? ""] as const)
    ])
    assert.isAbove(referred.length, 20)
    for (const [name, target] of referred) assert.isTrue(assetTypes.has(target), `${name} refers to ${target}`)
  }).pipe(Effect.provide(files))
)

it.effect("the page takes nothing from another server and never makes markup of text", () =>
  Effect.gen(function* () {
    const remote = /(https?:)?\/\/[\w-]+\.[\w.]+/i
    for (const [name, text] of yield* texts) {
      const own = text.replaceAll("http://www.w3.org/2000/svg", "")
      assert.notMatch(own, remote, name)
      assert.notMatch(own, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/, name)
      if (name.endsWith(".html")) assert.notMatch(own, /\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/, name)
    }
  }).pipe(Effect.provide(files))
)

it.effect("both languages say everything that the page asks for", () =>
  Effect.gen(function* () {
    const all = new Map(yield* texts)
    const said = all.get("texts.js") ?? ""
    const half = said.indexOf("\n  en: {")
    const keys = (part: string) => Array.from(part.matchAll(/^ {4}(\w+): "/gm), (match) => match[1]).sort()
    const vi = keys(said.slice(0, half))
    assert.isAbove(vi.length, 40)
    assert.deepStrictEqual(keys(said.slice(half)), vi)
    const asked = Array.from(all).flatMap(([, text]) => [
      ...Array.from(text.matchAll(/data-t(?:-label|-placeholder)?="(\w+)"/g), (match) => match[1] ?? ""),
      ...Array.from(text.matchAll(/\bt\("(\w+)"/g), (match) => match[1] ?? "")
    ])
    assert.isAbove(asked.length, 40)
    for (const key of asked) assert.include(vi, key)
  }).pipe(Effect.provide(files))
)

it.effect(
  "the files are found beside the sources, beside a bundle and above its chunks, and missing ones are a defect",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const dist = yield* fs.makeTempDirectoryScoped()
      const missing = yield* Effect.exit(readAssets((yield* path.toFileUrl(path.join(dist, "main.js"))).href))
      assert.isTrue(Exit.hasDies(missing))
      yield* fs.makeDirectory(path.join(dist, "page"))
      const from = yield* folder
      for (const name of assetTypes.keys()) yield* fs.copyFile(path.join(from, name), path.join(dist, "page", name))
      for (const module of ["main.js", "chunks/sandbox-1a2b.js"]) {
        const { href } = yield* path.toFileUrl(path.join(dist, module))
        assert.strictEqual((yield* readAssets(href)).size, assetTypes.size, module)
      }
    }).pipe(Effect.scoped, Effect.provide(files))
)

it.effect("Lan is there at first, and only where nobody else is", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    yield* Layer.build(layerFirstUser)
    yield* Layer.build(Layer.fresh(layerFirstUser))
    const snapshot = yield* zalo.snapshot()
    assert.deepStrictEqual(
      snapshot?.users.map(({ name }) => name),
      ["Lan"]
    )
  }).pipe(
    Effect.scoped,
    Effect.provide(EmulatedZalo.layer({ bots: [{ token: "1:a" }] }).pipe(Layer.provide(Network.layer)))
  )
)
