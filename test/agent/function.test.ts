import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AgentBridge, AgentError } from "../../src/agent/AgentBridge.ts"
import { type FunctionAnswer, makeFunction } from "../../src/agent/function.ts"
import { ask } from "./turn.ts"

const answering = (answer: FunctionAnswer) =>
  Effect.flatMap(
    makeFunction(() => Effect.succeed(answer)),
    (bridge) => ask(bridge)
  )

const failing = <E>(effect: Effect.Effect<FunctionAnswer, E>) =>
  Effect.flatMap(
    makeFunction(() => effect),
    (bridge) => Effect.flip(ask(bridge))
  )

it.effect("a string, a part, several parts and nothing are all answers", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* answering("hi"), [{ type: "text", text: "hi" }])
    assert.deepStrictEqual(yield* answering({ type: "sticker", sticker: "s" }), [{ type: "sticker", sticker: "s" }])
    assert.deepStrictEqual(
      yield* answering([
        { type: "text", text: "a" },
        { type: "voice", url: "v" }
      ]),
      [
        { type: "text", text: "a" },
        { type: "voice", url: "v" }
      ]
    )
    assert.deepStrictEqual(yield* answering(undefined), [])
    assert.deepStrictEqual(yield* answering(" \n"), [])
  })
)

class Greeting extends Context.Service<Greeting, string>()("test/Greeting") {}

it.effect("the layer needs what the function needs, and the function is told the turn", () =>
  Effect.gen(function* () {
    const bridge = yield* AgentBridge
    assert.deepStrictEqual(yield* ask(bridge), [{ type: "text", text: "Chào Lan!" }])
  }).pipe(
    Effect.provide(
      AgentBridge.layerFunction((turn) =>
        Greeting.use((word) => Effect.succeed(`${word} ${turn.sender.displayName}!`))
      ).pipe(Layer.provide(Layer.succeed(Greeting, "Chào")))
    )
  )
)

it.effect("what the function opens is closed when it has answered", () =>
  Effect.gen(function* () {
    const events: Array<string> = []
    const bridge = yield* makeFunction(() =>
      Effect.acquireRelease(
        Effect.sync(() => {
          events.push("opened")
          return "hi"
        }),
        () => Effect.sync(() => events.push("closed"))
      )
    )
    yield* ask(bridge)
    assert.deepStrictEqual(events, ["opened", "closed"])
  })
)

class Locked extends Schema.TaggedError<Locked>()("Locked", { key: Schema.String }) {}

it.effect("a failure is named by its tag and place, and its values stay out", () =>
  Effect.gen(function* () {
    const reason = yield* failing(Effect.fail(new Locked({ key: "SECRET" })))
    assert.strictEqual(reason._tag, "Failed")
    const told = JSON.stringify(reason)
    assert.match(told, /Locked at .*function\.test\.ts:\d+:\d+/)
    assert.notInclude(told, "SECRET")
  })
)

it.effect("a defect is a failure too, and what it says stays out", () =>
  Effect.gen(function* () {
    const reason = yield* failing(
      Effect.sync(() => {
        throw new TypeError("no SECRET\n    at SECRET:1:1")
      })
    )
    assert.match(JSON.stringify(reason), /died of TypeError at .*function\.test\.ts/)
    assert.notInclude(JSON.stringify(reason), "SECRET")
    assert.deepStrictEqual(yield* failing(Effect.die("SECRET")), {
      _tag: "Failed",
      detail: "died of a value of type string"
    })
  })
)

it.effect("a function that throws before it gives an effect fails as any other", () =>
  Effect.gen(function* () {
    const bridge = yield* makeFunction((): Effect.Effect<string> => {
      throw new RangeError("SECRET")
    })
    const reason = yield* Effect.flip(ask(bridge))
    assert.match(JSON.stringify(reason), /died of RangeError/)
    assert.notInclude(JSON.stringify(reason), "SECRET")
  })
)

it.effect("an AgentError passes unchanged", () =>
  Effect.gen(function* () {
    const error = new AgentError({ reason: { _tag: "Unavailable", detail: "later" } })
    assert.deepStrictEqual(yield* failing(Effect.fail(error)), error.reason)
  })
)

it.effect("a function that interrupts itself has failed; a turn that is interrupted is interrupted", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* failing(Effect.interrupt), { _tag: "Failed", detail: "it interrupted itself" })
    const started = yield* Deferred.make<void>()
    const bridge = yield* makeFunction(() => Effect.andThen(Deferred.succeed(started, undefined), Effect.never))
    const fiber = yield* Effect.forkChild(ask(bridge))
    yield* Deferred.await(started)
    yield* Fiber.interrupt(fiber)
    const exit = yield* Fiber.await(fiber)
    assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
  })
)
