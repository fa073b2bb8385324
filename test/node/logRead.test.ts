import * as DateTime from "effect/DateTime"
import * as fc from "fast-check"
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { pathIn } from "../../src/node/logs/files.ts"
import type { LogFilter } from "../../src/domain/LogLine.ts"
import { LogFile } from "../../src/node/logs/LogFile.ts"
import { Follower, lastLines } from "../../src/node/logs/read.ts"

let folder = ""
let now = Date.UTC(2026, 10, 25, 8)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "zalo-effect-logs-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const all: LogFilter = { account: undefined, chat: undefined, message: undefined, level: undefined, since: undefined }

const line = (message: string, more: object = {}) =>
  JSON.stringify({ time: DateTime.formatIso(DateTime.makeUnsafe(now)), level: "info", message, ...more })

const logFile = (maxBytes: number) =>
  new LogFile({ folder, maxBytes, maxAge: 1e12, maxFiles: 1_000, onTrouble: () => {}, now: () => now })

const said = (lines: ReadonlyArray<{ readonly message: string }>) => lines.map(({ message }) => message)

describe("reading logs", () => {
  it("gives the newest lines over all files, the newest last", () => {
    const file = logFile(300)
    for (let n = 1; n <= 50; n++) {
      now += 1_000
      file.push(line(`${n}`))
      file.flush()
    }
    assert.deepStrictEqual(said(lastLines(folder, all, 12)), [
      "39",
      "40",
      "41",
      "42",
      "43",
      "44",
      "45",
      "46",
      "47",
      "48",
      "49",
      "50"
    ])
    assert.lengthOf(lastLines(folder, all, 1_000), 50)
  })

  it("finds what is about an account, a chat, a message, a send, of a level, since a time", () => {
    const file = logFile(1e6)
    const put = (message: string, more: object) => {
      now += 1_000
      file.push(line(message, more))
    }
    put("a", { account: "shop", chat: "c1", messageId: "m1" })
    put("b", { account: "shop", chat: "c1", outbox: "out:7", messageId: "m1" })
    put("c", { account: "shop", chat: "c2", level: "warn" })
    const half = now
    put("d", { account: "other", chat: "c1", level: "error" })
    // The id stands in it, but it is not about it.
    put("e", { account: "other", note: "m1" })
    file.flush()
    const find = (filter: Partial<LogFilter>) => said(lastLines(folder, { ...all, ...filter }, 100))
    assert.deepStrictEqual(find({ account: "shop" }), ["a", "b", "c"])
    assert.deepStrictEqual(find({ chat: "c1" }), ["a", "b", "d"])
    assert.deepStrictEqual(find({ chat: "c1", account: "shop" }), ["a", "b"])
    assert.deepStrictEqual(find({ message: "m1" }), ["a", "b"])
    assert.deepStrictEqual(find({ message: "out:7" }), ["b"])
    assert.deepStrictEqual(find({ level: "warn" }), ["c", "d"])
    assert.deepStrictEqual(find({ since: half }), ["c", "d", "e"])
    assert.deepStrictEqual(find({ level: "fatal" }), [])
  })

  it("passes over what is no line of ours, and a last line that is still being written", () => {
    writeFileSync(
      pathIn(folder),
      `{"torn":\nhello\n[]\n{"time":1,"level":"info","message":"x"}\n${line("good")}\n${line("unfinished").slice(0, -4)}`
    )
    assert.deepStrictEqual(said(lastLines(folder, all, 10)), ["good"])
  })

  it("finds nothing where there is nothing", () => {
    assert.deepStrictEqual(lastLines(join(folder, "missing"), all, 10), [])
    const follower = new Follower(join(folder, "missing"), all)
    assert.strictEqual(follower.mark, undefined)
    assert.deepStrictEqual(follower.next(), [])
    follower.end()
  })

  it("reads lines of any length and any characters whole, wherever a block ends", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.nat(150_000).map((n) => "ế".repeat(n % 70_000))
    )
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), (texts) => {
        writeFileSync(pathIn(folder), texts.map((one) => `${line(one)}\n`).join(""))
        assert.deepStrictEqual(said(lastLines(folder, all, 100)), texts)
      }),
      { numRuns: 30 }
    )
  })
})

describe("following logs", () => {
  it("gives each line once, those before it and those after it, through every change of the file", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("write", "flush", "look"), { maxLength: 60 }),
        fc.integer({ min: 100, max: 2_000 }),
        (steps, maxBytes) => {
          rmSync(folder, { recursive: true, force: true })
          mkdirSync(folder)
          const file = logFile(maxBytes)
          let n = 0
          const write = () => {
            now += 1
            file.push(line(`${++n}`))
          }
          write()
          file.flush()
          const follower = new Follower(folder, all)
          const seen = [...said(lastLines(folder, all, 1_000, follower.mark))]
          for (const step of steps) {
            if (step === "write") write()
            else if (step === "flush") file.flush()
            else seen.push(...said(follower.next()))
          }
          file.end()
          seen.push(...said(follower.next()))
          follower.end()
          assert.deepStrictEqual(
            seen,
            Array.from({ length: n }, (_, at) => `${at + 1}`)
          )
        }
      ),
      { numRuns: 100 }
    )
  })

  it("waits for the rest of a line, for a file that is not there yet, and begins anew where it was emptied", () => {
    const follower = new Follower(folder, all)
    assert.deepStrictEqual(follower.next(), [])
    const first = line("đầu")
    // In the middle of a character.
    const bytes = Buffer.from(`${first}\n`)
    const cut = bytes.indexOf(Buffer.from("đ")) + 1
    appendFileSync(pathIn(folder), bytes.subarray(0, cut))
    assert.deepStrictEqual(follower.next(), [])
    appendFileSync(pathIn(folder), bytes.subarray(cut))
    assert.deepStrictEqual(said(follower.next()), ["đầu"])
    truncateSync(pathIn(folder))
    appendFileSync(pathIn(folder), `${line("2")}\n`)
    assert.deepStrictEqual(said(follower.next()), ["2"])
    follower.end()
  })
})
