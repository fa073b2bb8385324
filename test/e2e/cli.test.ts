import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { afterAll, assert, describe, it } from "vitest"
import { accessMigrations } from "../../src/access/migrations.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { layerSqlite } from "../../src/node/store.ts"
import { bin, run } from "./program.ts"

const folder = mkdtempSync(join(tmpdir(), "zalo-effect-cli-"))
afterAll(() => rmSync(folder, { recursive: true }))

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
const somewhere = (name: string) => ({ ZALO_EFFECT_DATA_DIR: join(folder, name), XDG_CONFIG_HOME: folder })

/** A store with one person who waits. */
const makeStore = (name: string) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const journal = yield* Journal
      const now = yield* Clock.currentTimeMillis
      yield* journal.write(
        journal.sql`INSERT INTO pairing_request ${journal.sql.insert({
          account: "default",
          sender: "6ede9afa66b88fe6d6a9",
          chat: "6ede9afa66b88fe6d6a9",
          code: "ABCD2345",
          display_name: "Lan",
          language: "vi",
          created_at: now,
          expires_at: now + 3_600_000,
          last_seen_at: now
        })}`
      )
    }).pipe(
      Effect.provide(
        layerSqlite({
          filename: join(folder, name, "zalo-effect.db"),
          migrations: { ...journalMigrations, ...accessMigrations },
          migrate: true
        })
      )
    )
  )

describe("the program", () => {
  it("says its version at once", async () => {
    for (const flag of ["--version", "-v"]) {
      assert.deepStrictEqual(await run([flag]), { code: 0, signal: null, out: `${version}\n`, err: "" })
    }
    assert.deepStrictEqual(JSON.parse((await run(["--version", "--json"])).out), { version })
  })

  it("helps on stdout and complains on stderr", async () => {
    const help = await run(["pairing", "--help"])
    assert.deepStrictEqual([help.code, help.err], [0, ""])
    assert.include(help.out, "zalo-effect pairing approve ABCD2345")
    const bare = await run([])
    assert.deepStrictEqual([bare.code, bare.out], [2, ""])
    const wrong = await run(["pairing", "lsit", "--json"])
    assert.deepStrictEqual([wrong.code, JSON.parse(wrong.out).error.code], [2, "usage"])
    assert.include(wrong.err, "Did you mean zalo-effect pairing list?")
  })

  it("needs no colours where there is no terminal", async () => {
    const { out } = await run(["--help"])
    assert.notInclude(out, "\u001b")
  })

  it("survives a reader that goes away", () => {
    const command = `"${process.execPath}" "${bin}" config schema | true; echo "\${PIPESTATUS[0]}"`
    const { stderr, stdout } = spawnSync("bash", ["-c", command], { encoding: "utf8" })
    assert.deepStrictEqual([stdout, stderr], ["0\n", ""])
  })

  it("gets a long value whole into a slow pipe", () => {
    const command = `"${process.execPath}" "${bin}" config schema --json | (sleep 0.3; cat)`
    const { stdout } = spawnSync("bash", ["-c", command], { encoding: "utf8" })
    assert.strictEqual(JSON.parse(stdout).title, "zalo-effect")
  })
})

describe("the store", () => {
  it("is never made by a command", async () => {
    const env = somewhere("absent")
    assert.deepStrictEqual(JSON.parse((await run(["pairing", "list", "--json"], { env })).out), { requests: [] })
    const approve = await run(["pairing", "approve", "ABCD2345", "--json"], { env })
    assert.deepStrictEqual([approve.code, JSON.parse(approve.out).error.code], [1, "not-found"])
    assert.isFalse(existsSync(env.ZALO_EFFECT_DATA_DIR))
  })

  it("is opened where it is, and shared by the calls", async () => {
    const env = somewhere("shared")
    await makeStore("shared")
    const list = await run(["pairing", "list", "--json"], { env })
    assert.strictEqual(JSON.parse(list.out).requests[0].code, "ABCD2345", list.err)
    const approve = await run(["pairing", "approve", "zalo", "abcd2345", "--json"], { env })
    assert.deepStrictEqual(JSON.parse(approve.out), {
      ok: true,
      account: "default",
      senderId: "6ede9afa66b88fe6d6a9",
      displayName: "Lan",
      notified: true
    })
    assert.strictEqual(approve.err, "")
    assert.deepStrictEqual(JSON.parse((await run(["pairing", "list", "--json"], { env })).out), { requests: [] })
  })

  it("of a newer version is refused", async () => {
    const env = somewhere("newer")
    await makeStore("newer")
    const { DatabaseSync } = await import("node:sqlite")
    const db = new DatabaseSync(join(env.ZALO_EFFECT_DATA_DIR, "zalo-effect.db"))
    db.exec("INSERT INTO zalo_effect_migrations (migration_id, name) VALUES (9999, 'future')")
    db.close()
    const list = await run(["pairing", "list", "--json"], { env })
    assert.deepStrictEqual([list.code, JSON.parse(list.out).error.code], [1, "store"])
    assert.include(list.err, "use a newer zalo-effect")
  })
})

describe("the configuration", () => {
  it("is checked with file, line, key and remedy", async () => {
    const file = join(folder, "wrong.json5")
    writeFileSync(file, `{\n  channels: { zalo: {\n    botToken: "123:secret-part",\n    dmPolic: "open"\n  } }\n}\n`)
    const check = await run(["config", "check", "--config", file, "--json"], { env: somewhere("none") })
    assert.strictEqual(check.code, 2)
    const { ok, problems } = JSON.parse(check.out)
    assert.isFalse(ok)
    assert.deepInclude(problems[0], { file, line: 4, key: "channels.zalo.dmPolic" })
    assert.include(check.err, `${file}:4: channels.zalo.dmPolic`)
    const show = await run(["config", "show", "--config", file, "--json"], { env: somewhere("none") })
    assert.deepStrictEqual([show.code, JSON.parse(show.out).error.code], [2, "config"])
    assert.notInclude(check.out + check.err + show.out + show.err, "secret-part")
  })

  it("is shown without its secrets", async () => {
    const file = join(folder, "right.json5")
    writeFileSync(file, `{ channels: { zalo: { botToken: "123:secret-part" } } }`)
    const env = somewhere("none")
    assert.strictEqual((await run(["config", "check", "--config", file], { env })).code, 0)
    const show = await run(["config", "show", "--config", file], { env })
    assert.strictEqual(show.code, 0)
    assert.include(show.out, `"bot": "123"`)
    assert.notInclude(show.out + show.err, "secret-part")
  })

  it("that is named must exist", async () => {
    const check = await run(["config", "check", "--config", join(folder, "nowhere.json5")], { env: somewhere("none") })
    assert.deepStrictEqual([check.code, check.err.includes("does not exist")], [2, true])
  })
})

describe("stopping", () => {
  it("a command in the middle is a failure, told as one", async () => {
    // Its stdin stays open, so that it waits for the text.
    const args = [bin, "message", "send", "--target", "c", "--message", "-", "--json"]
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] })
    const printed = { out: "" }
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.out += text))
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve))
    // More than a pipe holds: once it is gone, the command is reading, and its signal handlers stand.
    child.stdin.write("x".repeat(1 << 20), () => child.kill("SIGTERM"))
    const code = await ended
    assert.strictEqual(code, 1)
    assert.deepStrictEqual(JSON.parse(printed.out).error.code, "interrupted")
  })
})
