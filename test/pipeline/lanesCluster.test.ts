import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestRunner from "effect/cluster/TestRunner"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { AccountId, ChatId, type LaneKey } from "../../src/domain/ids.ts"
import { Lanes } from "../../src/pipeline/Lanes.ts"
import { layerCluster } from "../../src/pipeline/LanesCluster.ts"

const keyOf = (chat: string): LaneKey => ({ account: AccountId.make("shop"), chat: ChatId.make(chat) })

it.effect("work in one lane is in order, and lanes run side by side, as entities of a cluster", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const rows = new Map([
      ["a/x", [1, 2, 3]],
      ["b", [4, 5]]
    ])
    const lanes = yield* Lanes.use((lanes) =>
      lanes.open({
        name: "test",
        find: () => Effect.succeed([]),
        step: (key) =>
          Effect.gen(function* () {
            const n = rows.get(key.chat)?.shift()
            if (n === undefined) return false
            log.push(`${n}>`)
            yield* Effect.sleep("1 second")
            log.push(`<${n}`)
            return true
          })
      })
    )
    yield* TestClock.adjust(1)
    yield* lanes.wake(keyOf("a/x"))
    yield* lanes.wake(keyOf("b"))
    for (let i = 0; i < 4; i++) yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(log, ["1>", "4>", "<1", "2>", "<4", "5>", "<2", "3>", "<5", "<3"])
    // Woken again after it was forgotten.
    yield* TestClock.adjust("1 minute")
    rows.get("b")?.push(6)
    yield* lanes.wake(keyOf("b"))
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(log.slice(-2), ["6>", "<6"])
  }).pipe(Effect.scoped, Effect.provide(layerCluster.pipe(Layer.provide(TestRunner.layer))))
)
