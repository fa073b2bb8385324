import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { TestClock } from "effect/testing"
import * as Pace from "../../src/zalo/Pace.ts"
import * as RateWindow from "../../src/zalo/RateWindow.ts"

/** `count` messages a second for `seconds`, each of them accepted. */
const traffic = Effect.fnUntraced(function* (pace: Pace.Pace, count: number, seconds: number) {
  for (let second = 0; second < seconds; second++) {
    for (let n = 0; n < count; n++) {
      yield* pace.take(`chat${n}`)
      yield* pace.accepted
    }
    yield* TestClock.adjust("1 second")
  }
})

/** When each of `count` messages to different chats was let through, s after now. */
const departures = Effect.fnUntraced(function* (pace: Pace.Pace, count: number) {
  const start = yield* Clock.currentTimeMillis
  const times: Array<number> = []
  const one = (chat: string) =>
    Effect.andThen(
      pace.take(chat),
      Effect.map(Clock.currentTimeMillis, (now) => times.push((now - start - 1) / 1_000))
    )
  const fiber = yield* Effect.forEach(
    Array.from({ length: count }, (_, n) => `chat${n}`),
    one,
    {
      concurrency: "unbounded",
      discard: true
    }
  ).pipe(Effect.delay(1), Effect.forkChild)
  return { times, fiber }
})

describe("the pace of an account", () => {
  it.effect("waits for nothing while no limit was learnt", () =>
    Effect.gen(function* () {
      const pace = yield* Pace.make
      yield* Effect.forEach(Array.from({ length: 10_000 }), () => pace.take("c"))
      assert.strictEqual(yield* Clock.currentTimeMillis, 0)
      assert.deepStrictEqual(yield* pace.delayed, Option.none())
    })
  )

  it.effect("is not slowed by one chat, however often it is refused", () =>
    Effect.gen(function* () {
      const pace = yield* Pace.make
      yield* traffic(pace, 10, 5)
      for (let n = 0; n < 20; n++) {
        yield* pace.refused("c")
        yield* TestClock.adjust("1 second")
      }
      assert.deepStrictEqual(yield* pace.delayed, Option.none())
    })
  )

  it.effect("is not slowed by two chats that are refused further apart than 10 s", () =>
    Effect.gen(function* () {
      const pace = yield* Pace.make
      yield* traffic(pace, 10, 5)
      yield* pace.refused("a")
      yield* TestClock.adjust(10_001)
      yield* pace.refused("b")
      assert.deepStrictEqual(yield* pace.delayed, Option.none())
      yield* TestClock.adjust(10_000)
      yield* pace.refused("a")
      assert.isTrue(Option.isSome(yield* pace.delayed))
    })
  )

  it.effect("is half of what was taken once two chats are refused, and messages leave one by one", () =>
    Effect.gen(function* () {
      const pace = yield* Pace.make
      yield* traffic(pace, 8, 10)
      yield* pace.refused("a")
      yield* pace.refused("b")
      assert.deepStrictEqual(yield* pace.delayed, Option.some(4))
      const { times, fiber } = yield* departures(pace, 6)
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(times, [0.249, 0.499, 0.749, 0.999, 1.249, 1.499])
    })
  )

  it.effect("is halved again by further refusals, but not by those that were under way", () =>
    Effect.gen(function* () {
      const pace = yield* Pace.make
      yield* traffic(pace, 8, 10)
      const all = Effect.forEach(["a", "b", "c"], pace.refused)
      yield* all
      yield* TestClock.adjust(2_999)
      yield* all
      assert.deepStrictEqual(yield* pace.delayed, Option.some(4))
      yield* TestClock.adjust(1)
      yield* all
      assert.deepStrictEqual(yield* pace.delayed, Option.some(2))
    })
  )

  it.effect("never stops, however much is refused", () =>
    Effect.gen(function* () {
      const pace = yield* Pace.make
      yield* traffic(pace, 8, 10)
      for (let n = 0; n < 50; n++) {
        yield* pace.refused("a")
        yield* pace.refused("b")
        yield* TestClock.adjust("3 seconds")
      }
      assert.deepStrictEqual(yield* pace.delayed, Option.some(1))
      const { times, fiber } = yield* departures(pace, 3)
      yield* TestClock.adjust("4 seconds")
      yield* Fiber.join(fiber)
      assert.lengthOf(times, 3)
    })
  )

  it.effect("rises by half every 10 s without refusals until nothing waits", () =>
    Effect.gen(function* () {
      const pace = yield* Pace.make
      yield* traffic(pace, 8, 10)
      yield* pace.refused("a")
      yield* pace.refused("b")
      yield* TestClock.adjust(9_999)
      assert.deepStrictEqual(yield* pace.delayed, Option.some(4))
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(yield* pace.delayed, Option.some(6))
      // A refusal starts the ten seconds again.
      yield* TestClock.adjust("9 seconds")
      yield* pace.refused("a")
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual(yield* pace.delayed, Option.some(6))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* pace.delayed, Option.none())
      const before = yield* Clock.currentTimeMillis
      yield* Effect.forEach(Array.from({ length: 100 }), () => pace.take("c"))
      assert.strictEqual(yield* Clock.currentTimeMillis, before)
    })
  )

  it.effect("rises with every message that Zalo takes, so that chance refusals do not hold it at its slowest", () =>
    Effect.gen(function* () {
      const pace = yield* Pace.make
      yield* traffic(pace, 8, 10)
      yield* pace.refused("a")
      yield* pace.refused("b")
      yield* Effect.repeat(pace.accepted, { times: 9 })
      const now = Option.getOrThrow(yield* pace.delayed)
      assert.closeTo(now, 4 * 1.05 ** 10, 0.001)
      yield* Effect.repeat(pace.accepted, { times: 9 })
      assert.deepStrictEqual(yield* pace.delayed, Option.none(), "over what was tried, the limit means nothing")
    })
  )

  it.effect("lets the waiting go faster as it rises, and lets one that gave up hold no place", () =>
    Effect.gen(function* () {
      const pace = yield* Pace.make
      yield* traffic(pace, 2, 10)
      yield* pace.refused("a")
      yield* pace.refused("b")
      assert.deepStrictEqual(yield* pace.delayed, Option.some(1))
      const gaveUp = yield* pace.take("gone").pipe(Effect.delay(1), Effect.forkChild)
      yield* TestClock.adjust(100)
      yield* Fiber.interrupt(gaveUp)
      const { times, fiber } = yield* departures(pace, 100)
      // 10 in the first ten seconds, 15 in the second, then all of them: the limit is gone.
      yield* TestClock.adjust("10 seconds")
      const first = times.length
      assert.isAtLeast(first, 9)
      assert.isAtMost(first, 11)
      yield* TestClock.adjust("30 seconds")
      assert.lengthOf(times, 100)
      yield* Fiber.join(fiber)
    })
  )

  it.effect("starts from what was tried when nothing at all was taken", () =>
    Effect.gen(function* () {
      const pace = yield* Pace.make
      yield* Effect.forEach(Array.from({ length: 40 }), () => pace.take("c"))
      yield* pace.refused("a")
      yield* pace.refused("b")
      assert.deepStrictEqual(yield* pace.delayed, Option.some(20))
    })
  )
})

describe("the rate of the last seconds", () => {
  it("counts five of them, or those since the first", () => {
    const window = RateWindow.make()
    assert.strictEqual(window.rate(0), 0)
    for (let n = 0; n < 30; n++) window.add(100_000)
    assert.strictEqual(window.rate(100_000), 30)
    assert.strictEqual(window.rate(100_500), 30)
    assert.strictEqual(window.rate(102_000), 15)
    assert.strictEqual(window.rate(104_999), 30 / 4.999)
    assert.strictEqual(window.rate(105_000), 0)
    for (let n = 0; n < 4; n++) window.add(200_000)
    assert.strictEqual(window.rate(200_000), 4)
  })
})
