import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { pollBackOff, pollDelay, sendDelay } from "../../src/zalo/schedules.ts"

const seconds = (delay: (failures: number) => Duration.Duration, failures: ReadonlyArray<number>) =>
  failures.map((n) => Duration.toSeconds(delay(n)))

describe("back-off", () => {
  it("of a message doubles from one second to five minutes", () => {
    assert.deepStrictEqual(seconds(sendDelay, [1, 2, 3, 8, 9, 10, 11, 5000]), [1, 2, 4, 128, 256, 300, 300, 300])
    assert.deepStrictEqual(seconds(sendDelay, [0, -1]), [1, 1])
  })

  it("of a poll doubles from one second to half a minute", () => {
    assert.deepStrictEqual(seconds(pollDelay, [1, 2, 5, 6, 7, 5000]), [1, 2, 16, 30, 30, 30])
  })

  it.effect("of a poll as a schedule does not end, within a fifth of those waits", () =>
    Effect.gen(function* () {
      const at: Array<number> = []
      const poll = Effect.andThen(
        Clock.currentTimeMillis.pipe(Effect.map((now) => at.push(now))),
        Effect.fail("down" as const)
      )
      const fiber = yield* poll.pipe(Effect.retry(pollBackOff), Effect.delay(1), Effect.forkChild)
      yield* TestClock.adjust("2 days")
      assert.isUndefined(fiber.pollUnsafe())
      yield* Fiber.interrupt(fiber)
      assert.isAbove(at.length, 4000)
      const waits = at.slice(1).map((time, n) => time - (at[n] ?? 0))
      for (const [n, wait] of waits.entries()) {
        const exact = Duration.toMillis(pollDelay(n + 1))
        assert.isAtLeast(wait, exact * 0.8 - 1)
        assert.isAtMost(wait, exact * 1.2 + 1)
      }
      assert.isAbove(new Set(waits.slice(10)).size, 100)
    })
  )
})
