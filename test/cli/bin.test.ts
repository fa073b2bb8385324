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

describe("the entry", () => {
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
  const chosen = async (path = folder, args: ReadonlyArray<string> = ["serve"]) => {
    const { entry } = load("./entry.js")
    return String(entry(path, args)).slice(path.length + 1)
  }
  const build = async () => {
    const { fingerprint } = load("./entry.js")
    for (const name of ["main.cjs", "pairing.cjs"]) write(`dist/${name}`, "")
    write("dist/sources.txt", fingerprint(folder))
  }

  it("is the source where nothing was built", async () => {
    assert.strictEqual(await chosen(), "src/main.ts")
  })

  it("is the build as long as its sources are unchanged", async () => {
    await build()
    assert.strictEqual(await chosen(), "dist/main.cjs")
  })

  it("is a small file of its own for the pairing commands", async () => {
    assert.strictEqual(await chosen(folder, ["pairing", "list"]), "src/main.ts")
    await build()
    assert.strictEqual(await chosen(folder, ["pairing", "list"]), "dist/pairing.cjs")
    assert.strictEqual(await chosen(folder, ["--json", "pairing", "list"]), "dist/main.cjs")
    assert.strictEqual(await chosen(folder, []), "dist/main.cjs")
  })

  it("is the source again after any change", async () => {
    const changes = [
      () => write("src/deep/more.ts", "three"),
      () => utimesSync(join(folder, "src/deep/more.ts"), 1, 1),
      () => write("src/new.ts", ""),
      () => rmSync(join(folder, "src/deep/more.ts")),
      () => write("package.json", "{ }")
    ]
    for (const change of changes) {
      write("src/deep/more.ts", "2")
      await build()
      assert.strictEqual(await chosen(), "dist/main.cjs")
      change()
      assert.strictEqual(await chosen(), "src/main.ts", String(change))
    }
  })

  it("is the build in an installed package, whatever stands beside it", async () => {
    const installed = join(folder, "node_modules/zalo-effect")
    mkdirSync(join(installed, "src"), { recursive: true })
    writeFileSync(join(installed, "src/main.ts"), "")
    assert.strictEqual(await chosen(installed), "dist/main.cjs")
  })

  it("is the build where there are no sources", async () => {
    rmSync(join(folder, "src"), { recursive: true })
    assert.strictEqual(await chosen(), "dist/main.cjs")
  })
})
