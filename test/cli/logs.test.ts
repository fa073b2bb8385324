import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { LogFiles } from "../../src/cli/LogFiles.ts"
import type { LogFilter, LogLine } from "../../src/domain/LogLine.ts"
import { call, value } from "./harness.ts"

const now = Date.UTC(2026, 10, 25, 9)

const lines: ReadonlyArray<LogLine> = [
  {
    time: "2026-11-25T08:55:44.123Z",
    level: "warn",
    message: "not delivered\ntried again \u001b[31mlater",
    account: "shop",
    chat: "c1",
    messageId: "m1",
    outbox: "out:7",
    traceId: "a".repeat(32),
    cause: "Error: inside\n    at there"
  },
  { time: "2026-11-25T08:55:45.000Z", level: "info", message: "works again" }
]

/** What was asked for. */
interface Asked {
  readonly filter: LogFilter
  readonly limit: number
  readonly follow: boolean
}

/** A call of `logs`, and what it asked for. */
const logs = (argv: ReadonlyArray<string>, answer: ReadonlyArray<LogLine> = lines) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(now)
    const asked: Array<Asked> = []
    const result = yield* call(["logs", ...argv], {
      logs: Layer.succeed(LogFiles, {
        last: (filter, limit) =>
          Effect.sync(() => {
            asked.push({ filter, limit, follow: false })
            return answer
          }),
        follow: (filter, limit, told) =>
          Effect.suspend(() => {
            asked.push({ filter, limit, follow: true })
            return told(answer)
          })
      })
    })
    return { ...result, asked: asked[0] }
  })

const everything = { account: undefined, chat: undefined, message: undefined, level: undefined, since: undefined }

describe("logs", () => {
  it.effect("shows the newest hundred lines, one a line, whatever stands in them", () =>
    Effect.gen(function* () {
      const { asked, exit, out } = yield* logs([])
      assert.strictEqual(exit, 0)
      assert.deepStrictEqual([asked?.filter, asked?.limit, asked?.follow], [everything, 100, false])
      assert.deepStrictEqual(out.split("\n"), [
        "2026-11-25T08:55:44.123Z WARN  [shop c1] not delivered\\ntried again \ufffd[31mlater messageId=m1 outbox=out:7",
        "    Error: inside",
        "        at there",
        "2026-11-25T08:55:45.000Z INFO  works again",
        ""
      ])
    })
  )

  it.effect("gives the same lines as one value", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(value(yield* logs(["--json"])), { lines })
      assert.deepStrictEqual(value(yield* logs(["--json"], [])), { lines: [] })
    })
  )

  it.effect("takes every filter, in the forms in which people have them", () =>
    Effect.gen(function* () {
      const { asked } = yield* logs([
        "-n",
        "5",
        "--account",
        "SHOP",
        "--chat",
        "c1",
        "--message",
        "in:shop/m1",
        "--level",
        "WARNING",
        "--since",
        "1h"
      ])
      assert.deepStrictEqual(asked?.filter, {
        account: "shop",
        chat: "c1",
        message: "m1",
        level: "warn",
        since: now - 3_600_000
      })
      assert.strictEqual(asked?.limit, 5)
      const since = (text: string) => Effect.map(logs(["--since", text]), (one) => one.asked?.filter.since)
      assert.strictEqual(yield* since("2d"), now - 2 * 24 * 3_600_000)
      assert.strictEqual(yield* since("2026-11-25"), Date.UTC(2026, 10, 25))
      assert.strictEqual(yield* since("2026-11-25T08:00"), Date.UTC(2026, 10, 25, 8))
      assert.strictEqual(yield* since("2026-11-25T08:00:00+07:00"), Date.UTC(2026, 10, 25, 1))
    })
  )

  it.effect("follows by printing as lines come, and gives no JSON then", () =>
    Effect.gen(function* () {
      const { exit, out } = yield* logs(["--follow"])
      assert.strictEqual(exit, 0)
      assert.include(out, "works again")
      const both = yield* logs(["-f", "--json"])
      assert.deepStrictEqual([both.exit, both.asked], [2, undefined])
      assert.deepInclude(value(both), { ok: false })
    })
  )

  it.effect("says where lines come from when there are none", () =>
    Effect.gen(function* () {
      const { err, exit, out } = yield* logs([], [])
      assert.deepStrictEqual([exit, out], [0, ""])
      assert.include(err, "no log lines")
    })
  )

  it.effect.each([
    "--limit=0",
    "--limit=many",
    "--level=loud",
    "--since=yesterday",
    "--since=5",
    "--chat= ",
    "--follow=yes"
  ])("refuses %s as wrong usage, with nothing on stdout", (word) =>
    Effect.gen(function* () {
      const { asked, exit, out } = yield* logs([word])
      assert.deepStrictEqual([exit, out, asked], [2, "", undefined])
    })
  )
})
