// Builds the package into dist/: the command line with everything it needs in it, because one bundle starts faster than the
// 170 files of `effect` it uses; the library entries with their dependencies left outside, because a program must not get a
// second `effect`.
import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"
import entry from "../bin/entry.js"
import { programs } from "./programs.js"

const root = new URL("../", import.meta.url)
const path = (relative) => fileURLToPath(new URL(relative, root))
const out = `.tmp/dist-${process.pid}/`

// Names stay, for the sake of stack traces.
const minify = { mangle: false, compress: true, codegen: true }

// Taken first: a file that changes while the build runs makes the build stale.
const before = new Map(entry.sources(path(".")).map((file) => [file, entry.fingerprint(path("."), [file])]))

/** Keeps beside a program what it was built of. */
function remember(name, files) {
  const changed = files.find((file) => entry.fingerprint(path("."), [file]) !== before.get(file))
  if (changed !== undefined) throw new Error(`${changed} changed while it was built`)
  writeFileSync(path(`${out}${name}.sources`), entry.fingerprint(path("."), files))
}

/**
 * The program is CommonJS: loaded as modules, the same files are ready a fifth later and 10 MB larger, because a module that
 * imports `node:http` makes Node read every export of it, a second undici and a WebSocket among them.
 */
const commonJs = { minify, format: "cjs", entryFileNames: "[name].cjs" }
const importMeta = `const importMeta={get url(){return require("node:url").pathToFileURL(__filename).href}};`

/** What the program needs of undici. The rest of it (fetch, WebSocket, caches, mocks) would take 10 ms and 6 MB of each start. */
const undiciParts = `
  module.exports = {
    Agent: require("undici/lib/dispatcher/agent.js"),
    ProxyAgent: require("undici/lib/dispatcher/proxy-agent.js"),
    get FormData() { return require("undici/lib/web/fetch/formdata.js").FormData },
    get getGlobalDispatcher() { return require("undici/lib/global.js").getGlobalDispatcher }
  }
`

const undici = {
  name: "undici",
  resolveId(source, importer = "") {
    if (/(^|\/)Undici(\.js)?$/.test(source)) return "\0undici"
    // HTTP/2 is off (`src/node/http-client.ts`). undici expects that a Node may be without it.
    return source === "node:http2" && /[\\/]undici[\\/]/.test(importer) ? "\0no-http2" : null
  },
  load(id) {
    if (id === "\0undici") return undiciParts
    return id === "\0no-http2" ? `throw new Error("HTTP/2 is not used"); module.exports = {}` : null
  }
}

/** `ConfigProvider` looks for the variables of a bundler's; here there are none. */
const noMeta = { define: { "import.meta": "{}" } }

async function bundle(input, external, output, transform = {}, plugins = []) {
  const build = await rolldown({
    cwd: path("."),
    input,
    external,
    plugins: [undici, ...plugins],
    platform: "node",
    transform,
    resolve: { conditionNames: ["node", "import"] },
    logLevel: "warn"
  })
  const written = await build.write({
    dir: path(out),
    format: "esm",
    chunkFileNames: "chunks/[name]-[hash].js",
    ...output
  })
  await build.close()
  const ids = written.output.flatMap(({ moduleIds = [] }) => moduleIds)
  return ids.filter((id) => id.startsWith(path("src/"))).map((id) => id.slice(path(".").length))
}

/** Commands that another program has are left out of this one, and the store and files where none of its own asks for them. */
const only = ({ commands, layers }) => ({
  name: "only",
  resolveId(source, importer = "", { kind }) {
    if (kind !== "dynamic-import") return null
    const file = fileURLToPath(new URL(source, `file://${importer}`))
    // By another name than the file's own: what is here may import it all the same.
    const elsewhere = { id: `${file}?elsewhere`, external: true }
    if (importer === path("src/main/small.ts")) return layers.has(file) ? null : elsewhere
    if (!importer.startsWith(path("src/cli/tree"))) return null
    return commands.has(file) ? null : elsewhere
  }
})

/** The program that knows the tree as data. */
const knowing = (tree) => ({
  name: "front",
  resolveId: (source) => (source === "front" ? path("src/main/front-entry.ts") : null),
  load: (id) =>
    id === path("src/main/front-entry.ts")
      ? `import * as F from "./front.ts"
        const tree = JSON.parse(${JSON.stringify(JSON.stringify(tree))})
        export const front = (argv: ReadonlyArray<string>, version: string) => F.front(tree, argv, version)`
      : null
})

/** What the tree is made of: the front knows what these files say, though it holds none of them. */
async function treeSources() {
  const build = await rolldown({
    input: path("src/cli/tree.ts"),
    external: /^[^./]/,
    plugins: [only({ commands: new Set(), layers: new Set() })],
    logLevel: "silent"
  })
  const { output } = await build.generate({ format: "esm" })
  await build.close()
  return output.flatMap(({ moduleIds = [] }) => moduleIds).map((id) => id.slice(path(".").length))
}

function declarations() {
  const flags = ["-p", path("scripts/tsconfig.build.json"), "--outDir", path(`${out}types`)]
  const { status } = spawnSync(process.execPath, [path("scripts/tsc.js"), ...flags], { stdio: "inherit" })
  if (status !== 0) throw new Error("the declarations could not be made")
}

/** What the sandbox's page is made of, where `src/sandbox/page/assets.ts` looks for it. */
function chatPage() {
  const from = path("src/sandbox/page/")
  mkdirSync(path(`${out}page`))
  for (const name of readdirSync(from)) if (!name.endsWith(".ts")) copyFileSync(from + name, path(`${out}page/${name}`))
}

try {
  mkdirSync(path(out), { recursive: true })
  await bundle(
    { main: "src/main.ts" },
    [/^node:(?!http2$)/],
    { ...commonJs, chunkFileNames: "chunks/[name]-[hash].cjs", banner: importMeta },
    { define: { "import.meta": "importMeta" } }
  )
  remember("main", [...before.keys()])
  const { small, tree } = await programs()
  const one = { ...commonJs, codeSplitting: false }
  const several = { ...commonJs, chunkFileNames: "chunks/[name]-[hash].cjs" }
  for (const [name, program] of Object.entries(small)) {
    // What asks over the network brings an HTTP client along, in a file that is read only then.
    const apart = ["src/main/examination.ts", "src/main/store.ts"].some((layer) => program.layers.has(path(layer)))
    const parts = apart ? several : one
    const held = await bundle({ [name]: "src/main/small.ts" }, [/^node:/], parts, noMeta, [only(program)])
    remember(name, held)
  }
  const front = await bundle({ front: "front" }, [/^node:/], one, noMeta, [knowing(tree)])
  const known = front.filter((file) => !file.endsWith("/front-entry.ts"))
  // Which program a command is in follows from what it imports, and that is in the programs' own lists.
  remember("front", [...new Set([...known, ...(await treeSources())])])
  await bundle(
    { index: "src/index.ts", node: "src/node.ts", testing: "src/testing.ts" },
    [/^node:/, /^effect(\/|$)/, /^@effect\//, /^@humanwhocodes\//, /^@croct\//, /^markdown-it(\/|$)/],
    {}
  )
  declarations()
  chatPage()
  // Swapped in one go, so that nobody meets half a build.
  if (existsSync(path("dist"))) renameSync(path("dist"), path(`.tmp/dist-old-${process.pid}`))
  renameSync(path(out), path("dist"))
} finally {
  rmSync(path(out), { recursive: true, force: true })
  rmSync(path(`.tmp/dist-old-${process.pid}`), { recursive: true, force: true })
}
