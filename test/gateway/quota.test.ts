import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import { layerQuotaWatch } from "../../src/gateway/quota.ts"
import { quotaWarning } from "../../src/gateway/quotaWarning.ts"
import { Outbox } from "../../src/journal/Outbox.ts"
import { monthOf, SendCounts } from "../../src/journal/SendCounts.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Sender } from "../../src/pipeline/Sender.ts"
import { temporaryFile } from "../journal/kit.ts"
import { keyOf, senderOn, shop, worldOf } from "../pipeline/kit.ts"
import { StubAgent } from "../pipeline/kit.ts"
import { StubZalo } from "../pipeline/stub.ts"

it("warns at 80 % and at 95 %, and never without a quota", () => {
  assert.isNull(quotaWarning({ used: 2_399, limit: 3_000 }))
  assert.include(quotaWarning({ used: 2_400, limit: 3_000 }), "80 %")
  assert.include(quotaWarning({ used: 2_849, limit: 3_000 }), "80 %")
  assert.include(quotaWarning({ used: 2_850, limit: 3_000 }), "95 %")
  assert.isNull(quotaWarning({ used: 9_999, limit: null }))
})

it("a month begins at midnight in Viet Nam", () => {
  assert.strictEqual(monthOf(Date.UTC(2026, 10, 30, 16, 59)), "2026-11")
  assert.strictEqual(monthOf(Date.UTC(2026, 10, 30, 17, 0)), "2026-12")
})

it.effect("what Zalo took is counted per month, and the log warns once a threshold", () =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    const world = worldOf(new StubZalo().api, new StubAgent().bridge, { quota: 5 })
    const lines: Array<string> = []
    const logs = Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))])
    yield* Effect.gen(function* () {
      const [outbox, journal, sender, counts] = yield* Effect.all([Outbox, Journal, Sender, SendCounts])
      const send = Effect.gen(function* () {
        const payload = { _tag: "Text", text: "chào" } as const
        yield* journal.write(outbox.appendUnit([{ ...keyOf("a"), origin: "cli", turn: null, payload }], 0))
        yield* sender.step(keyOf("a"))
        yield* TestClock.adjust("1 minute")
      })
      for (let i = 0; i < 5; i++) yield* send
      assert.strictEqual(yield* counts.sent(shop), 5)
      assert.deepStrictEqual(
        lines.filter((line) => line.includes("of 5 messages")).map((line) => line.slice(0, 1)),
        ["4", "5"]
      )
      yield* TestClock.adjust("40 days")
      assert.strictEqual(yield* counts.sent(shop), 0, "another month")
    }).pipe(
      Effect.provide(
        layerQuotaWatch.pipe(
          Layer.provideMerge(SendCounts.layerSql),
          Layer.provideMerge(senderOn(filename, world)),
          Layer.provideMerge(logs)
        )
      )
    )
  }).pipe(Effect.scoped)
)
