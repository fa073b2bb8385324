// Builds the package into dist/: the command line with everything it needs in it, because one bundle starts faster than the
// 170 files of `effect` it uses; the library entries with their dependencies left outside, because a program must not get a
// second `effect`.
import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"
import entry from "../bin/entry.js"

const root = new URL("../", import.meta.url)
const path = (relative) => fileURLToPath(new URL(relative, root))
const out = `.tmp/dist-${process.pid}/`

// Names stay, for the sake of stack traces.
const minify = { mangle: false, compress: true, codegen: true }

// Taken first: a file that changes while the build runs makes the build stale.
const sources = entry.fingerprint(path("."))

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

async function bundle(input, external, output, transform = {}) {
  const build = await rolldown({
    cwd: path("."),
    input,
    external,
    plugins: [undici],
    platform: "node",
    transform,
    resolve: { conditionNames: ["node", "import"] },
    logLevel: "warn"
  })
  await build.write({ dir: path(out), format: "esm", chunkFileNames: "chunks/[name]-[hash].js", ...output })
  await build.close()
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
  await bundle({ pairing: "src/main/pairing.ts" }, [/^node:/], { ...commonJs, codeSplitting: false })
  await bundle(
    { index: "src/index.ts", node: "src/node.ts", testing: "src/testing.ts" },
    [/^node:/, /^effect(\/|$)/, /^@effect\//, /^@humanwhocodes\//, /^@croct\//, /^markdown-it(\/|$)/],
    {}
  )
  declarations()
  chatPage()
  writeFileSync(path(`${out}sources.txt`), sources)
  // Swapped in one go, so that nobody meets half a build.
  if (existsSync(path("dist"))) renameSync(path("dist"), path(`.tmp/dist-old-${process.pid}`))
  renameSync(path(out), path("dist"))
} finally {
  rmSync(path(out), { recursive: true, force: true })
  rmSync(path(`.tmp/dist-old-${process.pid}`), { recursive: true, force: true })
}
