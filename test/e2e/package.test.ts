import { execFileSync, spawnSync } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { bin, run } from "./program.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "zalo-effect-package-"))
const modules = join(folder, "node_modules")
const installed = join(modules, "zalo-effect")
const program = join(installed, "bin", "zalo-effect.js")
const { version, dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))

const files = (of: string): ReadonlyArray<string> =>
  readdirSync(of, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(of.length + 1))

// Packed as it is published, unpacked as it is installed; only the dependencies are this checkout's, so that no network is
// needed.
beforeAll(() => {
  execFileSync("npm", ["pack", "--pack-destination", folder], { cwd: root, stdio: "pipe" })
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))
  mkdirSync(installed, { recursive: true })
  execFileSync("tar", ["-xzf", join(folder, tarball ?? ""), "-C", installed, "--strip-components=1"])
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(root, "node_modules", name), join(modules, name))
  }
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

const inConsumer = async (name: string, source: string) => {
  writeFileSync(join(folder, name), source)
  return run([], { program: join(folder, name), cwd: folder })
}

describe("the package", () => {
  it("holds the program and the built entries, and neither sources nor tests", () => {
    const tops = new Set(files(installed).map((file) => file.split("/")[0]))
    for (const top of tops) {
      assert.include(["bin", "dist", "LICENSE", "README.md", "CHANGELOG.md", "package.json"], top)
    }
    const packed = files(installed)
    for (const name of ["front.cjs", "pairing.cjs", "queue.cjs", "main.cjs", "index.js", "node.js", "testing.js"])
      assert.include(packed, `dist/${name}`)
    for (const name of ["index", "node", "testing"]) assert.include(packed, `dist/types/${name}.d.ts`)
  })

  it("can be imported by its three names, and by no other", async () => {
    const ok = await inConsumer(
      "consumer.mjs",
      `for (const name of ["zalo-effect", "zalo-effect/node", "zalo-effect/testing"]) await import(name)
       const { default: { version } } = await import("zalo-effect/package.json", { with: { type: "json" } })
       const inner = await import("zalo-effect/dist/main.cjs").catch((error) => error.code)
       console.log(version, inner)`
    )
    assert.deepStrictEqual(ok, { code: 0, signal: null, out: `${version} ERR_PACKAGE_PATH_NOT_EXPORTED\n`, err: "" })
  })

  it("shares the consumer's effect instead of carrying one", () => {
    for (const name of ["index", "node", "testing"]) {
      assert.notInclude(readFileSync(join(installed, "dist", `${name}.js`), "utf8"), "~effect/Effect")
    }
  })

  it("has declarations whose imports lead somewhere", () => {
    const types = join(installed, "dist", "types")
    const lost = files(types).flatMap((file) =>
      [...readFileSync(join(types, file), "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)]
        .map((match) => join(dirname(join(types, file)), match[1] ?? ""))
        .filter((target) => !existsSync(target.replace(/\.[jt]s$/, ".d.ts")))
        .map((target) => `${file} → ${target}`)
    )
    assert.deepStrictEqual(lost, [])
  })

  it("type-checks in a program of somebody else", () => {
    const compile = (source: string) => {
      writeFileSync(join(folder, "consumer.ts"), source)
      return spawnSync(process.execPath, [join(root, "scripts", "tsc.js"), "-p", folder], { encoding: "utf8" }).status
    }
    const compilerOptions = { module: "NodeNext", target: "ES2023", strict: true, noEmit: true, types: [] }
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: true }, files: ["consumer.ts"] })
    )
    for (const name of ["zalo-effect", "zalo-effect/node", "zalo-effect/testing"]) {
      assert.strictEqual(compile(`import * as all from "${name}"\nexport { all }\n`), 0, name)
      assert.notStrictEqual(compile(`export { nothingOfThisName } from "${name}"\n`), 0, name)
    }
  })

  it("runs where it is installed", async () => {
    const env = { ZALO_EFFECT_DATA_DIR: join(folder, "data"), XDG_CONFIG_HOME: folder }
    assert.deepStrictEqual(await run(["--version"], { program }), {
      code: 0,
      signal: null,
      out: `${version}\n`,
      err: ""
    })
    const list = await run(["pairing", "list", "--json"], { program, env })
    assert.deepStrictEqual(list, { code: 0, signal: null, out: `{"requests":[]}\n`, err: "" })
    const schema = await run(["config", "schema", "--json"], { program, env })
    assert.deepStrictEqual([schema.code, JSON.parse(schema.out).title, schema.err], [0, "zalo-effect", ""])
  })
})

describe("an older Node", () => {
  it("gets one clear line and exit code 1", async () => {
    const pretend = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.11.1"}})`
    const old = await run([bin, "serve"], { program: `--import=${pretend}` })
    const line = "zalo-effect needs Node 22.19 or newer; this is Node 20.11.1.\n"
    assert.deepStrictEqual(old, { code: 1, signal: null, out: "", err: line })
  })

  it("can read the program far enough to say so", async ({ skip }) => {
    const node = "/usr/bin/node"
    const running = existsSync(node) ? execFileSync(node, ["--version"], { encoding: "utf8" }) : "none"
    const major = Number.parseInt(running.slice(1), 10)
    if (!(major < 22)) return skip(`no older Node here: ${node} is ${running.trim()}`)
    const old = await run(["--version"], { node })
    assert.deepStrictEqual([old.code, old.out], [1, ""])
    assert.match(old.err, /^zalo-effect needs Node 22\.19 or newer; this is Node [0-9.]+\.\n$/)
  })
})
