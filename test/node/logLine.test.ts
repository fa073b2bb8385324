import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { lineOf } from "../../src/node/logs/line.ts"

/** The lines of what is logged. */
const logged = <E>(effect: Effect.Effect<void, E>) =>
  Effect.gen(function* () {
    const lines: Array<Record<string, unknown>> = []
    yield* TestClock.setTime(Date.UTC(2026, 10, 25, 8, 55, 44, 123))
    const logger = Logger.make((options) => void lines.push(JSON.parse(lineOf(options))))
    yield* Effect.provide(effect, Logger.layer([logger]))
    return lines
  })

it.effect("a line has its time, level and message, and what was annotated", () =>
  Effect.gen(function* () {
    const lines = yield* logged(
      Effect.logWarning("gate closed").pipe(
        Effect.annotateLogs({ account: "shop", chat: "c1", messageId: "m1", pid: 7 })
      )
    )
    assert.deepStrictEqual(lines, [
      {
        time: "2026-11-25T08:55:44.123Z",
        level: "warn",
        message: "gate closed",
        account: "shop",
        chat: "c1",
        messageId: "m1",
        pid: 7
      }
    ])
  })
)

it.effect("a cause, a defect beside the sentence too, is told at its length and not in the message", () =>
  Effect.gen(function* () {
    const lines = yield* logged(
      Effect.andThen(
        Effect.logError("it broke", new Error("inside")),
        Effect.logError("it broke again", Cause.die(new TypeError("deep")))
      )
    )
    assert.deepStrictEqual(
      lines.map(({ message }) => message),
      ["it broke", "it broke again"]
    )
    assert.match(String(lines[0]?.["cause"]), /^Error: inside\n\s+at /)
    assert.match(String(lines[1]?.["cause"]), /TypeError: deep/)
  })
)

it.effect("an annotation cannot take a member's place, and a secret shows nothing", () =>
  Effect.gen(function* () {
    const [line] = yield* logged(
      Effect.logInfo("m", { token: Redacted.make("s3cret-value") }).pipe(
        Effect.annotateLogs({ message: "other", time: "never", key: Redacted.make("s3cret-value") })
      )
    )
    assert.notInclude(JSON.stringify(line), "s3cret-value")
    assert.deepInclude(line, { time: "2026-11-25T08:55:44.123Z", message_: "other", time_: "never" })
  })
)

it.effect("the span at hand is named, one that nobody keeps is not", () =>
  Effect.gen(function* () {
    const parent = Tracer.externalSpan({ traceId: "a".repeat(32), spanId: "b".repeat(16) })
    const [inside] = yield* logged(Effect.logInfo("x").pipe(Effect.withSpan("s", { parent })))
    assert.strictEqual(inside?.["traceId"], "a".repeat(32))
    assert.match(String(inside?.["spanId"]), /^[0-9a-f]{16}$/)
    const [off] = yield* logged(Effect.logInfo("x").pipe(Effect.withSpan("s"), Effect.withTracerEnabled(false)))
    assert.notProperty(off, "traceId")
  })
)
