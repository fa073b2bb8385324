import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { whileTyping } from "../../src/pipeline/Typing.ts"
import * as Z from "../../src/zalo/ZaloError.ts"
import { settled } from "./kit.ts"
import { refusal, StubZalo } from "./stub.ts"

/** A turn of so many seconds, and how many pulses were seen after each second. */
const pulses = (zalo: StubZalo, seconds: number, watched: number) =>
  Effect.gen(function* () {
    const background = yield* Effect.scope
    const turn = yield* Effect.forkChild(
      Effect.sleep(`${seconds} seconds`).pipe(Effect.as("answer"), whileTyping(zalo.api, "a", background)),
      { startImmediately: true }
    )
    yield* settled
    const seen = [zalo.calls.length]
    for (let i = 0; i < watched; i++) {
      yield* TestClock.adjust("1 second")
      yield* settled
      seen.push(zalo.calls.length)
    }
    assert.strictEqual(turn.pollUnsafe() === undefined, watched < seconds)
    if (watched >= seconds) assert.strictEqual(yield* Fiber.join(turn), "answer")
    else yield* Fiber.interrupt(turn)
    return seen
  }).pipe(Effect.scoped)

it.effect("one pulse at once, then one every four seconds, and none after the turn", () =>
  Effect.gen(function* () {
    const zalo = new StubZalo()
    assert.deepStrictEqual(yield* pulses(zalo, 10, 14), [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3])
    assert.deepStrictEqual(zalo.calls[0], { method: "sendChatAction", chat: "a", what: "typing" })
  })
)

it.effect("it ends with a turn that is interrupted", () =>
  Effect.gen(function* () {
    const zalo = new StubZalo()
    yield* pulses(zalo, 100, 5)
    yield* TestClock.adjust("1 minute")
    assert.strictEqual(zalo.calls.length, 2)
  })
)

it.effect("a pulse that hangs delays neither the turn nor its end, and no second one is sent meanwhile", () =>
  Effect.gen(function* () {
    const zalo = new StubZalo()
    zalo.typing = Effect.never
    assert.deepStrictEqual(yield* pulses(zalo, 10, 10), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
  })
)

it.effect("two failures in a row end it, one does not", () =>
  Effect.gen(function* () {
    const zalo = new StubZalo()
    const no = Effect.fail(refusal(new Z.InvalidRequest({ code: 400, description: "no" })))
    zalo.typing = Effect.suspend(() => (zalo.calls.length % 2 === 1 ? no : Effect.void))
    assert.strictEqual((yield* pulses(zalo, 30, 30)).at(-1), 8)
    const deaf = new StubZalo()
    deaf.typing = no
    assert.strictEqual((yield* pulses(deaf, 30, 30)).at(-1), 2)
  })
)

it.effect("a defect in the call hurts nothing", () =>
  Effect.gen(function* () {
    const zalo = new StubZalo()
    zalo.typing = Effect.die(new Error("a bug"))
    assert.strictEqual((yield* pulses(zalo, 9, 9)).at(-1), 2)
  })
)
