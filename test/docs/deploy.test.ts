import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"

const page = readFileSync(fileURLToPath(new URL("../../docs/deploy.md", import.meta.url)), "utf8")

/** The blocks of one language, in their order. */
const blocks = (language: string): ReadonlyArray<string> =>
  Array.from(page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms")), (match) => match[1] ?? "")

const inFolder = (use: (folder: string) => void) => {
  const folder = mkdtempSync(join(tmpdir(), "zalo-effect-deploy-"))
  try {
    use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe("docs/deploy.md", () => {
  it("has a unit that systemd takes", (context) => {
    const [unit = ""] = blocks("ini")
    for (const line of unit.split("\n")) assert.match(line, /^(?:|#.*|\[\w+\]|\w+=.*)$/)
    if (spawnSync("systemd-analyze", ["--version"]).error !== undefined) {
      return context.skip("there is no systemd-analyze here")
    }
    inFolder((folder) => {
      const file = join(folder, "zalo-effect.service")
      // The program is not installed where the test runs.
      writeFileSync(file, unit.replace("/usr/local/bin/zalo-effect", process.execPath))
      const verified = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" })
      assert.strictEqual(verified.stderr.trim(), "")
      assert.strictEqual(verified.status, 0)
    })
  })

  it("has a container file of known instructions, that runs as nobody special and says how it is", () => {
    const [file = ""] = blocks("dockerfile")
    const lines = file
      .replaceAll(/\\\n\s*/g, " ")
      .split("\n")
      .filter((line) => line.trim() !== "")
    for (const line of lines) {
      assert.match(line, /^(?:FROM|WORKDIR|COPY|RUN|ENV|USER|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD) \S/)
    }
    assert.include(lines, "USER node")
    assert.include(lines, "STOPSIGNAL SIGTERM")
    const health = lines.find((line) => line.startsWith("HEALTHCHECK")) ?? ""
    const command: unknown = JSON.parse(/CMD (\[.*\])$/.exec(health)?.[1] ?? "[]")
    assert.isArray(command)
    const program = Array.isArray(command) ? String(command[2]) : ""
    assert.strictEqual(spawnSync(process.execPath, ["--check", "-"], { input: program }).status, 0)
    // Nobody listens: it must say so by its code.
    const unused = program.replace("8787", "1")
    assert.strictEqual(spawnSync(process.execPath, ["-e", unused]).status, 1)
  })

  it("copies a store that is being written to", () => {
    const script = blocks("sh").find((block) => block.includes("VACUUM INTO")) ?? ""
    const program = /-e '\n(.*?)' /s.exec(script)?.[1] ?? ""
    inFolder((folder) => {
      const from = join(folder, "zalo-effect.db")
      const copy = join(folder, "copy.db")
      const db = new DatabaseSync(from)
      db.exec("PRAGMA journal_mode = WAL; CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('một')")
      const done = spawnSync(process.execPath, ["--no-warnings", "-e", program, from, copy], { encoding: "utf8" })
      assert.strictEqual(done.stderr, "")
      assert.isTrue(existsSync(copy))
      const copied = new DatabaseSync(copy, { readOnly: true })
      assert.strictEqual(copied.prepare("SELECT text FROM note").get()?.["text"], "một")
      copied.close()
      db.close()
    })
  })
})
