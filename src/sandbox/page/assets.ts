import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"

const types = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  wav: "audio/wav"
} as const

/** The page's own files and their content types: nothing else is served, whatever a request asks for. */
export const assetTypes: ReadonlyMap<string, string> = new Map(
  [
    "index.html",
    "page.css",
    "people.css",
    "conversation.css",
    "styled.css",
    "composer.css",
    "desk.css",
    "narrow.css",
    "page.js",
    "composer.js",
    "conversation.js",
    "desk.js",
    "element.js",
    "faults.js",
    "people.js",
    "samples.js",
    "server.js",
    "stickers.js",
    "store.js",
    "styled.js",
    "texts.js",
    "icon.svg",
    "stickers.svg",
    "voice.wav"
  ].map((name) => [name, typeOf(name)])
)

function typeOf(name: string): string {
  const ending = Object.entries(types).find(([key]) => name.endsWith(`.${key}`))
  return ending === undefined ? "application/octet-stream" : ending[1]
}

/**
 * Where the files are: beside this module in the sources; in the built package, whose chunks lie elsewhere, in `dist/page`,
 * seen from `dist` and from `dist/chunks`.
 */
const places = ["./", "./page/", "../page/"]

const found = Effect.fnUntraced(function* (base: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  for (const place of places) {
    const folder = yield* path.fromFileUrl(new URL(place, base))
    if (yield* files.exists(path.join(folder, "page.js"))) return folder
  }
  return yield* Effect.die(
    new Error(`the chat page's files are not beside ${base}: the build has to copy them to page/`)
  )
})

const readAll = Effect.fnUntraced(function* (base: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* found(base)
  const read = (name: string) => Effect.map(files.readFile(path.join(folder, name)), (bytes) => [name, bytes] as const)
  return new Map(yield* Effect.forEach(assetTypes.keys(), read, { concurrency: "unbounded" }))
})

/** All files of the page by name, looked for around `base` (this module). A package without them is broken: a defect. */
export const readAssets = (base: string = import.meta.url) => Effect.orDie(readAll(base))
