import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge, Journal } from "zalo-effect"
import { FakeZalo, TestGateway } from "zalo-effect/testing"

const limited = (throttle: { readonly messages?: number; readonly per?: string; readonly notice?: boolean } = {}) =>
  TestGateway.layer({
    dmPolicy: "open",
    groupPolicy: "open",
    language: "en",
    throttle: { messages: 2, per: "1m", ...throttle }
  })

const states = Effect.map(
  Journal.use(({ query, read }) =>
    query(read<{ state: string; reason: string | null }>`SELECT state, reason FROM inbox ORDER BY seq`)
  ),
  (rows) => rows.map((row) => row.reason ?? row.state)
)

describe("a throttle", () => {
  it.effect("ignores what goes beyond it, says so once, and listens again when the time is over", () =>
    Effect.gen(function* () {
      const lan = (yield* FakeZalo).user("Lan")
      for (const words of ["one", "two", "three", "four"]) yield* lan.says(words)
      assert.deepStrictEqual(yield* states, ["done", "done", "throttled", "throttled"])
      assert.deepStrictEqual([yield* lan.hears, yield* lan.hears], ["one", "two"])
      assert.include(yield* lan.hears, "I take 2 messages in 1 min")
      assert.strictEqual((yield* lan.heard).length, 3)
      yield* TestClock.adjust("1 minute")
      yield* lan.says("five")
      assert.strictEqual(yield* lan.hears, "five")
      yield* lan.says("six")
      yield* lan.says("seven")
      yield* lan.hears
      assert.include(yield* lan.hears, "I take 2 messages")
    }).pipe(Effect.provide(limited()))
  )

  it.effect("slides: it is the last minute that counts, not the last full one", () =>
    Effect.gen(function* () {
      const lan = (yield* FakeZalo).user("Lan")
      yield* lan.says("at 0")
      yield* TestClock.adjust("50 seconds")
      yield* lan.says("at 50")
      yield* TestClock.adjust("15 seconds")
      yield* lan.says("at 65")
      yield* lan.says("at 65 too")
      assert.deepStrictEqual(yield* states, ["done", "done", "done", "throttled"])
    }).pipe(Effect.provide(limited()))
  )

  it.effect("says nothing where it is told not to", () =>
    Effect.gen(function* () {
      const lan = (yield* FakeZalo).user("Lan")
      for (const words of ["one", "two", "three"]) yield* lan.says(words)
      assert.strictEqual((yield* lan.heard).length, 2)
    }).pipe(Effect.provide(limited({ notice: false })))
  )

  it.effect("is each sender's own, in a group as well", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const [lan, an] = [zalo.user("Lan"), zalo.user("An")]
      const group = zalo.group("Nhóm", [lan, an])
      for (let n = 0; n < 3; n++) yield* group.as(lan).says(`lan ${n}`)
      yield* group.as(an).says("an")
      yield* lan.says("in private")
      assert.deepStrictEqual(yield* states, ["done", "done", "throttled", "done", "done"])
    }).pipe(Effect.provide(limited()))
  )

  it.effect("counts by arrival: a slow agent's backlog is not refused for being slow, nor let in for it", () =>
    Effect.gen(function* () {
      const lan = (yield* FakeZalo).user("Lan")
      yield* lan.says("at 0")
      yield* TestClock.adjust("40 seconds")
      yield* lan.says("at 40")
      yield* lan.says("at 40 too")
      yield* TestClock.adjust("30 seconds")
      yield* lan.says("at 70")
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual(yield* states, ["done", "done", "throttled", "done"])
    }).pipe(
      Effect.provide(
        limited().pipe(
          Layer.provide(
            AgentBridge.layerFunction((turn) => Effect.delay(Effect.succeed(turn.message.text), "100 seconds"))
          )
        )
      )
    )
  )

  it.effect("does not count a message twice that the agent failed on at first", () => {
    let asked = 0
    const agent = AgentBridge.layerFunction((turn) =>
      Effect.suspend(() => (asked++ === 0 ? Effect.die("not today") : Effect.succeed(turn.message.text)))
    )
    return Effect.gen(function* () {
      const lan = (yield* FakeZalo).user("Lan")
      yield* lan.says("one")
      yield* TestClock.adjust("5 seconds")
      yield* lan.says("two")
      yield* lan.says("three")
      assert.deepStrictEqual(yield* states, ["done", "done", "throttled"])
    }).pipe(Effect.provide(limited().pipe(Layer.provide(agent))))
  })

  it.effect("also holds for a burst that would be one turn", () => {
    const turns: Array<number> = []
    const agent = AgentBridge.layerFunction((turn) =>
      Effect.sync(() => {
        turns.push(turn.messages?.length ?? 1)
        return "all of it"
      })
    )
    return Effect.gen(function* () {
      const lan = (yield* FakeZalo).user("Lan")
      for (const words of ["one", "two", "three", "four"]) yield* lan.says(words)
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(turns, [2])
      assert.deepStrictEqual(yield* states, ["done", "done", "throttled", "throttled"])
    }).pipe(
      Effect.provide(
        TestGateway.layer({ dmPolicy: "open", turns: { mode: "merge" }, throttle: { messages: 2 } }).pipe(
          Layer.provide(agent)
        )
      )
    )
  })
})

it.effect("without a throttle people write as much as they like", () =>
  Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    for (let n = 0; n < 40; n++) yield* lan.says(`${n}`)
    assert.isTrue((yield* states).every((state) => state === "done"))
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open" })))
)
