import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { EmulatedZalo, FakeZalo, TestGateway } from "zalo-effect/testing"

/** Sources disagree on what `getUpdates` does with what was read, or came while nobody asked (`zalo-bot-api.md` §5.2). */
const suite = (delivery: "lost" | "replays") =>
  describe(`a Zalo whose updates are ${delivery === "lost" ? "lost when nobody waits" : "given again"}`, () => {
    it.effect("each message is answered once, in order", () =>
      Effect.gen(function* () {
        const zalo = yield* FakeZalo
        const lan = zalo.user("Lan")
        for (const text of ["một", "hai", "ba"]) {
          yield* lan.says(text)
          // What is given again is asked for after a second.
          yield* TestClock.adjust("10 seconds")
          assert.strictEqual(yield* lan.hears, text)
        }
        yield* TestClock.adjust("2 minutes")
        const heard = yield* (yield* EmulatedZalo).hears(lan.id)
        assert.deepStrictEqual(
          heard.map(({ text }) => text),
          ["một", "hai", "ba"]
        )
      }).pipe(
        Effect.provide(TestGateway.layer({ dmPolicy: "open", allowFrom: ["*"], zalo: { switches: { delivery } } }))
      )
    )

    it.effect("a poll is waiting all the time, and what is given again is not asked for more than once a second", () =>
      Effect.gen(function* () {
        const zalo = yield* FakeZalo
        const emulator = yield* EmulatedZalo
        const lan = zalo.user("Lan")
        yield* lan.says("chào")
        const polls = Effect.map(
          emulator.calls,
          (calls) => calls.filter(({ method }) => method === "getUpdates").length
        )
        const before = yield* polls
        yield* TestClock.adjust("30 seconds")
        const more = (yield* polls) - before
        assert.isAtMost(more, 32)
        assert.isAtLeast(more, 1)
      }).pipe(
        Effect.provide(TestGateway.layer({ dmPolicy: "open", allowFrom: ["*"], zalo: { switches: { delivery } } }))
      )
    )
  })

suite("lost")
suite("replays")
