import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge, Journal } from "zalo-effect"
import { FakeZalo, TestGateway } from "zalo-effect/testing"

/** Fails the first turn, and answers every later one. */
const stumbling = () => {
  let turns = 0
  return AgentBridge.layerFunction(() => (turns++ === 0 ? Effect.fail("not now") : Effect.succeed("được rồi")))
}

it.effect("what is to be tried again does not wait for hours because the clock was set back", () =>
  Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    const journal = yield* Journal
    yield* lan.says("chào")
    // As the rows look to a clock that was set back by six hours after they were written.
    const later = yield* journal.write(
      journal.sql`UPDATE inbox SET next_at = next_at + 21600000 WHERE state = 'pending' RETURNING next_at`
    )
    assert.strictEqual(later.length, 1)
    yield* TestClock.adjust("30 seconds")
    assert.strictEqual(yield* lan.hears, "được rồi")
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open", agent: stumbling() })))
)

it.effect("a wait that is no longer than waits are is kept", () =>
  Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    const journal = yield* Journal
    yield* lan.says("chào")
    yield* journal.write(journal.sql`UPDATE inbox SET next_at = next_at + 300000 WHERE state = 'pending'`)
    yield* TestClock.adjust("2 minutes")
    const rows = yield* journal.read`SELECT state FROM inbox`
    assert.deepStrictEqual(
      rows.map((row) => row["state"]),
      ["pending"]
    )
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open", agent: stumbling(), turns: { notice: false } })))
)
