import * as DateTime from "effect/DateTime"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { existing, pathIn } from "../../src/node/logs/files.ts"
import { LogFile, type LogFileOptions } from "../../src/node/logs/LogFile.ts"

const day = 24 * 3_600_000
const start = Date.UTC(2026, 10, 25, 8)

let root = ""
let folder = ""
let now = start
let troubles: Array<string> = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "zalo-effect-logs-"))
  folder = join(root, "logs")
  now = start
  troubles = []
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const open = (options: Partial<LogFileOptions> = {}) =>
  new LogFile({
    folder,
    maxBytes: 1_000,
    maxAge: day,
    maxFiles: 3,
    onTrouble: (sentence) => troubles.push(sentence),
    now: () => now,
    ...options
  })

const line = (text: string) =>
  JSON.stringify({ time: DateTime.formatIso(DateTime.makeUnsafe(now)), level: "info", message: text })

const write = (file: LogFile, text: string) => {
  file.push(line(text))
  file.flush()
}

/** The messages of each file, the oldest file first. */
const messages = () =>
  existing(folder).map((path) =>
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text).message)
  )

describe("the log file", () => {
  it("is made with its folder, for its owner only, and goes on after a restart", () => {
    const first = open()
    write(first, "one")
    first.end()
    write(open(), "two")
    assert.deepStrictEqual(messages(), [["one", "two"]])
    assert.strictEqual(statSync(pathIn(folder)).mode & 0o777, 0o600)
    assert.strictEqual(statSync(folder).mode & 0o777, 0o700)
  })

  it("takes lines at once and writes them when it is told to, in their order", () => {
    const file = open()
    for (const text of ["a", "b", "c"]) file.push(line(text))
    assert.isFalse(existsSync(pathIn(folder)))
    assert.isTrue(file.waits)
    file.flush()
    assert.isFalse(file.waits)
    assert.deepStrictEqual(messages(), [["a", "b", "c"]])
  })

  it("is closed at its size and kept under another name, so many in all", () => {
    const file = open({ maxBytes: 200 })
    for (let n = 1; n <= 20; n++) {
      now += 1_000
      write(file, `message ${n}`)
    }
    const kept = messages()
    assert.lengthOf(kept, 3)
    assert.strictEqual(kept.flat().at(-1), "message 20")
    // In their order, and without a gap.
    const numbers = kept.flat().map((text) => Number(text.slice("message ".length)))
    assert.deepStrictEqual(
      numbers,
      Array.from(numbers, (_, at) => (numbers[0] ?? 0) + at)
    )
    for (const path of existing(folder)) assert.isBelow(statSync(path).size, 300)
  })

  it("is closed at its age too, which counts from its first line and over restarts", () => {
    write(open(), "old")
    now += day - 1
    write(open(), "still the same file")
    now += 1
    write(open(), "a new one")
    assert.deepStrictEqual(messages(), [["old", "still the same file"], ["a new one"]])
  })

  it("that somebody moved or removed is begun anew", () => {
    const file = open()
    write(file, "one")
    renameSync(pathIn(folder), join(root, "taken-away.log"))
    write(file, "two")
    assert.deepStrictEqual(messages(), [["two"]])
    rmSync(folder, { recursive: true })
    write(file, "three")
    assert.deepStrictEqual(messages(), [["three"]])
  })

  it("may be shared: two writers lose nothing when one of them closes it", () => {
    const one = open({ maxBytes: 400, maxFiles: 100 })
    const two = open({ maxBytes: 400, maxFiles: 100 })
    const wanted: Array<string> = []
    for (let n = 0; n < 30; n++) {
      now += 10
      for (const [file, text] of [
        [one, `one ${n}`],
        [two, `two ${n}`]
      ] as const) {
        write(file, text)
        wanted.push(text)
      }
    }
    assert.deepStrictEqual(messages().flat().toSorted(), wanted.toSorted())
  })

  it("that cannot be written costs one sentence, and lines are written when it can be again", () => {
    // A file where the folder should be.
    writeFileSync(folder, "")
    const file = open()
    write(file, "one")
    now += 5_000
    write(file, "two")
    assert.lengthOf(troubles, 1)
    assert.match(troubles[0] ?? "", /cannot be written \(\w+\): going on without it/)
    rmSync(folder)
    now += 5_000
    write(file, "three")
    assert.deepStrictEqual(messages(), [["one", "two", "three"]])
    assert.lengthOf(troubles, 2)
    assert.match(troubles[1] ?? "", /is written again$/)
  })

  it("is not tried at every line while it cannot be written, and is tried once more at the end", () => {
    writeFileSync(folder, "")
    const file = open()
    write(file, "one")
    rmSync(folder)
    now += 10
    write(file, "two")
    assert.isFalse(existsSync(folder))
    file.end()
    assert.deepStrictEqual(messages(), [["one", "two"]])
  })

  it("gives up the oldest lines when too many wait, and says how many", () => {
    writeFileSync(folder, "")
    const file = open({ maxBytes: 100_000_000 })
    const long = "x".repeat(10_000)
    write(file, "first")
    for (let n = 0; n < 300; n++) file.push(line(`${n} ${long}`))
    rmSync(folder)
    now += 5_000
    file.flush()
    const kept = messages().flat()
    assert.isTrue(kept.at(-1)?.startsWith("299 ") === true)
    assert.isBelow(kept.length, 110)
    assert.include(troubles[1] ?? "", `${301 - kept.length} lines were lost`)
  })

  it.skipIf(process.getuid?.() === 0)("that may not be written is trouble of the same kind", () => {
    mkdirSync(folder)
    chmodSync(folder, 0o500)
    const file = open()
    write(file, "one")
    assert.match(troubles[0] ?? "", /EACCES/)
    chmodSync(folder, 0o700)
  })
})
