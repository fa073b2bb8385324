// TypeScript 7 with Effect's diagnostics: the compiler that @effect/tsgo ships, called directly, so that nothing in
// node_modules has to be patched first.
import { execFileSync, spawnSync } from "node:child_process"
import { createRequire } from "node:module"

const require = createRequire(import.meta.url)
const tsgo = require.resolve("@effect/tsgo/package.json").replace(/package\.json$/, "") + "dist/effect-tsgo.cjs"
const compiler = execFileSync(process.execPath, [tsgo, "get-exe-path"], { encoding: "utf8" }).trim()
const { status } = spawnSync(compiler, process.argv.slice(2), { stdio: "inherit" })
process.exit(status ?? 1)
