import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { TestClock } from "effect/testing"
import * as Status from "../../src/updates/TransportStatus.ts"
import type { Trouble } from "../../src/updates/Trouble.ts"
import { now } from "./samples.ts"
import { heard } from "./zalo.ts"

const make = Status.make({ transport: "polling", patience: Duration.seconds(40) })

/** Each sentence is a kind of trouble of its own. */
const kinds: Readonly<Record<string, Trouble["kind"]>> = { "server fault": "server", "token refused": "token-refused" }
const saying = (message: string): Trouble => ({
  kind: kinds[message] ?? "unreachable",
  class: "wait",
  message,
  next: "wait"
})

const look = Effect.fnUntraced(function* (status: Status.TransportStatus) {
  const report = yield* SubscriptionRef.get(status.report)
  const time = yield* Clock.currentTimeMillis
  return [Status.isReady(report, time), Status.reasonOf(report, time)] as const
})

describe("TransportStatus", () => {
  it.effect("is ready once it works, and not before", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const status = yield* make
      assert.deepStrictEqual(yield* look(status), [false, "starting"])
      yield* status.ready()
      assert.deepStrictEqual(yield* look(status), [true, null])
      assert.strictEqual((yield* SubscriptionRef.get(status.report)).lastGoodAt, now)
    })
  )

  it.effect("is not ready after a silence beyond its patience", () =>
    Effect.gen(function* () {
      const status = yield* make
      yield* status.ready()
      yield* TestClock.adjust("40 seconds")
      assert.deepStrictEqual(yield* look(status), [true, null])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(yield* look(status), [false, "no answer from Zalo for 40 s"])
      yield* status.ready()
      assert.deepStrictEqual(yield* look(status), [true, null])
    })
  )

  it.effect("bears a failure for a while, and what somebody has to mend not at all", () => {
    const { layer } = heard()
    return Effect.gen(function* () {
      const status = yield* make
      yield* status.ready()
      yield* status.failing(saying("not reachable"))
      assert.deepStrictEqual(yield* look(status), [true, "not reachable"])
      yield* TestClock.adjust("41 seconds")
      assert.deepStrictEqual(yield* look(status), [false, "not reachable"])
      yield* status.ready(saying("look at this"))
      assert.deepStrictEqual(yield* look(status), [true, "look at this"])
      yield* status.blocked(saying("blocked"))
      assert.deepStrictEqual(yield* look(status), [false, "blocked"])
      yield* status.failing(saying("not reachable"))
      assert.deepStrictEqual(yield* look(status), [false, "blocked"])
      yield* status.ready()
      assert.deepStrictEqual(yield* look(status), [true, null])
      yield* status.stopped(saying("over"))
      assert.deepStrictEqual(yield* look(status), [false, "over"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("is not ready when it fails from the first", () => {
    const { layer } = heard()
    return Effect.gen(function* () {
      const status = yield* make
      yield* status.failing(saying("not reachable"))
      assert.deepStrictEqual(yield* look(status), [false, "not reachable"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("remembers since when, and logs a trouble once", () => {
    const { lines, layer } = heard()
    return Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const status = yield* make
      yield* status.failing(saying("not reachable"))
      yield* TestClock.adjust("1 minute")
      yield* status.failing(saying("not reachable"))
      yield* status.failing(saying("server fault"))
      assert.deepStrictEqual((yield* SubscriptionRef.get(status.report)).state, {
        _tag: "Failing",
        trouble: saying("server fault"),
        since: now,
        count: 3
      })
      yield* status.ready()
      yield* status.stopped(saying("token refused"))
      assert.deepStrictEqual(lines, [
        "polling: not reachable",
        "polling: server fault",
        "polling stopped: token refused"
      ])
    }).pipe(Effect.provide(layer))
  })
})
