import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { CommandFailed } from "../../src/cli/errors.ts"
import { LogFiles } from "../../src/cli/LogFiles.ts"
import { call, type World } from "./harness.ts"

const now = Date.UTC(2026, 10, 25, 9)

/** Runs on a machine whose clock is Viet Nam's. */
const inVietNam = <A, E, R>(test: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const before = process.env["TZ"]
      process.env["TZ"] = "Asia/Ho_Chi_Minh"
      return before
    }),
    () => Effect.andThen(TestClock.setTime(now), test),
    (before) =>
      Effect.sync(() => {
        if (before === undefined) delete process.env["TZ"]
        else process.env["TZ"] = before
      })
  )

/** What a command takes `--since` for. */
const taken = {
  logs: Effect.fnUntraced(function* (text: string) {
    let since: number | undefined
    const last: LogFiles["Service"]["last"] = (filter) =>
      Effect.sync(() => {
        since = filter.since
        return []
      })
    const logs = Layer.succeed(LogFiles, { last, follow: () => Effect.void })
    const { exit } = yield* call(["logs", "--since", text], { logs })
    return { exit, since }
  }),
  broadcast: Effect.fnUntraced(function* (text: string) {
    let since: number | undefined
    const operations: World["operations"] = {
      broadcast: (options) => {
        since = options.since
        return Effect.fail(new CommandFailed({ code: "enough", message: "this is all that is asked" }))
      }
    }
    const { exit } = yield* call(["broadcast", "send", "--message", "x", "--since", text], { operations })
    return { exit, since }
  })
}

describe.each(["logs", "broadcast"] as const)("--since of %s", (name) => {
  it.effect.each([
    ["2026-11-22", Date.UTC(2026, 10, 22)],
    ["2026-11-22T08:00", Date.UTC(2026, 10, 22, 8)],
    ["2026-11-22 08:00:30", Date.UTC(2026, 10, 22, 8, 0, 30)],
    ["2026-11-22T08:00:30.250", Date.UTC(2026, 10, 22, 8, 0, 30, 250)],
    ["2026-11-22T08:00:00Z", Date.UTC(2026, 10, 22, 8)],
    ["2026-11-22T08:00+07:00", Date.UTC(2026, 10, 22, 1)],
    ["2026-11-22T08:00:00+0700", Date.UTC(2026, 10, 22, 1)],
    ["90m", now - 90 * 60_000],
    ["2d", now - 2 * 86_400_000]
  ] as const)("reads %s as UTC unless it names a zone", ([text, at]) =>
    inVietNam(Effect.map(taken[name](text), ({ since }) => assert.strictEqual(since, at)))
  )
})

const commands = [
  ["logs"],
  ["access", "audit"],
  ["queue", "list"],
  ["queue", "retry", "--all"],
  ["broadcast", "send", "--message", "x"]
]

describe.each(commands.map((words) => [words.join(" "), words] as const))("--since of %s", (_, words) => {
  it.effect.each([
    "yesterday",
    "2026-11-22 junk",
    "2026-11-22 08:00 junk",
    "2026-11-22T08:00:00Z junk",
    "2026-11-22 (Sunday)",
    "2026-11-22T08:00 GMT+7",
    "2026-02-30",
    "2026-11-22T25:00",
    "2026-13-01T08:00Z",
    "7d ago"
  ])('refuses "%s" as wrong usage', (text) =>
    Effect.gen(function* () {
      const { err, exit, out } = yield* call([...words, "--since", text])
      assert.deepStrictEqual([exit, out], [2, ""])
      assert.include(err, "--since")
    })
  )
})

it.effect.each(["junk", "-1", "1.5", "b12"])("broadcast show --after=%s is wrong usage", (text) =>
  Effect.gen(function* () {
    const { err, exit, out } = yield* call(["broadcast", "show", "b1", `--after=${text}`])
    assert.deepStrictEqual([exit, out], [2, ""])
    assert.include(err, "--after")
  })
)
