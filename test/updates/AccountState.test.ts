import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { TestClock } from "effect/testing"
import { AccountId } from "../../src/domain/ids.ts"
import { AccountState } from "../../src/journal/AccountState.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { now, shop } from "./samples.ts"
import { stored } from "./store.ts"

it.effect("keeps each fact of an account apart from the others", () =>
  Effect.gen(function* () {
    const state = yield* AccountState
    assert.deepStrictEqual(
      [yield* state.webhook(shop), yield* state.status(shop), yield* state.holder(shop)],
      [Option.none(), Option.none(), Option.none()]
    )
    yield* state.saveStatus(shop, `{"ready":true}`)
    assert.deepStrictEqual(yield* state.webhook(shop), Option.none())
    yield* state.rememberWebhook(shop, { url: "https://a.test/x", secretHash: "h1" })
    yield* state.rememberWebhook(shop, { url: "https://a.test/y", secretHash: "h2" })
    yield* state.saveHolder(shop, "77", "123 on here")
    assert.deepStrictEqual(yield* state.webhook(shop), Option.some({ url: "https://a.test/y", secretHash: "h2" }))
    assert.deepStrictEqual(yield* state.status(shop), Option.some(`{"ready":true}`))
    assert.deepStrictEqual(yield* state.holder(shop), Option.some("123 on here"))
    assert.deepStrictEqual(yield* state.webhook(AccountId.make("other")), Option.none())
    yield* state.saveHolder(shop, "77", null)
    assert.deepStrictEqual(yield* state.holder(shop), Option.none())
  }).pipe(Effect.provide(stored))
)

it.effect("says when it was last changed", () =>
  Effect.gen(function* () {
    const state = yield* AccountState
    const { read } = yield* Journal
    yield* TestClock.setTime(now)
    yield* state.saveStatus(shop, "{}")
    const found = yield* read<{ updated_at: number }>`SELECT updated_at FROM account_state`
    assert.strictEqual(found[0]?.updated_at, now)
  }).pipe(Effect.provide(stored))
)
