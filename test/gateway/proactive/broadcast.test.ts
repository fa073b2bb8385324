import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestGateway } from "zalo-effect/testing"
import type { FakeUser } from "../../../src/sandbox/FakeZalo.ts"
import { begin, pass, people, standing, stateOf, unasked } from "./kit.ts"

/** How many messages each of them got, the most first: whose turn it is, their ids decide. */
const reached = (all: ReadonlyArray<FakeUser>) =>
  Effect.map(Effect.forEach(all, unasked), (heard) => heard.map((texts) => texts.length).toSorted((a, b) => b - a))

const open = { dmPolicy: "open" } as const

describe("a broadcast", () => {
  it.effect("reaches everybody who wrote, one after the other at the account's rate", () =>
    Effect.gen(function* () {
      const all = yield* people(4)
      const id = yield* begin("Tết!", { audience: { to: "all", since: null } })
      // Found after five seconds at the latest; from then on one message every two.
      yield* pass(5)
      assert.deepStrictEqual(yield* reached(all), [1, 0, 0, 0])
      yield* pass(1)
      assert.deepStrictEqual(yield* standing(id), { sent: 1, waiting: 3 })
      yield* pass(1)
      assert.deepStrictEqual(yield* reached(all), [1, 1, 0, 0])
      yield* pass(5)
      assert.deepStrictEqual(yield* standing(id), { sent: 4 })
      assert.strictEqual(yield* stateOf(id), "done")
      for (const user of all) assert.deepStrictEqual(yield* unasked(user), ["Tết!"])
    }).pipe(Effect.provide(TestGateway.layer({ ...open, proactive: { perMinute: 30 } })))
  )
})
