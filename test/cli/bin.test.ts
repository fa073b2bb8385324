import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"

// Plain JavaScript without declarations: it has to run before anything else does.
const load = createRequire(new URL("../../bin/", import.meta.url))

describe("the Node version", () => {
  it("is compared number by number", async () => {
    const tooOld: (running: string, engines: string) => string | undefined = load("./node-version.js").tooOld
    for (const fine of ["22.19.0", "22.20.1", "23.0.0", "24.21.0", "v22.19.0", "100.0.0", "23.0.0-nightly2026"]) {
      assert.isUndefined(tooOld(fine, ">=22.19"), fine)
    }
    for (const old of ["22.18.9", "20.99.0", "12.22.12", "v9.0.0", "2.219.0"]) {
      assert.include(tooOld(old, ">=22.19"), `needs Node 22.19 or newer; this is Node ${old.replace("v", "")}.`, old)
    }
  })
})

describe("a built program", () => {
  let folder = ""
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "zalo-effect-entry-"))
    for (const name of ["src/deep", "dist"]) mkdirSync(join(folder, name), { recursive: true })
    write("package.json", "{}")
    write("src/main.ts", "1")
    write("src/deep/more.ts", "2")
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  const chosen = (name = "main", path = folder): string | undefined => {
    const file: string | undefined = load("./entry.js").built(path, name)
    return file?.slice(path.length + 1)
  }
  const build = () => {
    const { fingerprint, sources } = load("./entry.js")
    for (const name of ["main", "store"]) write(`dist/${name}.cjs`, "")
    write("dist/main.sources", fingerprint(folder, sources(folder)))
    write("dist/store.sources", fingerprint(folder, ["src/main.ts"]))
  }

  it("is there as long as what it was built of is unchanged", () => {
    assert.isUndefined(chosen())
    build()
    assert.strictEqual(chosen(), "dist/main.cjs")
    assert.strictEqual(chosen("store"), "dist/store.cjs")
    assert.isUndefined(chosen("front"))
  })

  it("is not run after any change of it", () => {
    const changes = [
      () => write("src/deep/more.ts", "three"),
      () => utimesSync(join(folder, "src/deep/more.ts"), 1, 1),
      () => rmSync(join(folder, "src/deep/more.ts")),
      () => write("package.json", "{ }"),
      () => write("package-lock.json", "{}"),
      () => rmSync(join(folder, "dist/main.cjs"))
    ]
    for (const change of changes) {
      write("src/deep/more.ts", "2")
      build()
      assert.strictEqual(chosen(), "dist/main.cjs")
      change()
      assert.isUndefined(chosen(), String(change))
    }
  })

  it("has to do with its own sources alone", () => {
    build()
    write("src/deep/more.ts", "three")
    assert.deepStrictEqual([chosen(), chosen("store")], [undefined, "dist/store.cjs"])
  })

  it("is run in an installed package, whatever stands beside it", () => {
    const installed = join(folder, "node_modules/zalo-effect")
    mkdirSync(join(installed, "src"), { recursive: true })
    writeFileSync(join(installed, "src/main.ts"), "")
    assert.strictEqual(chosen("main", installed), "dist/main.cjs")
  })

  it("is run where there are no sources", () => {
    rmSync(join(folder, "src"), { recursive: true })
    assert.strictEqual(chosen(), "dist/main.cjs")
  })
})
