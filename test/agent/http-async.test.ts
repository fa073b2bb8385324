import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge } from "../../src/agent/AgentBridge.ts"
import { makeHttpAsync } from "../../src/agent/http.ts"
import { PendingReplies } from "../../src/agent/PendingReplies.ts"
import type { ReplyPart } from "../../src/domain/Reply.ts"
import { ask, turn } from "./turn.ts"

const options = { url: "https://agent.test/", timeout: "30 seconds" } as const

const text = (value: string): Array<ReplyPart> => [{ type: "text", text: value }]

const answering = (answer: () => Effect.Effect<Response>) =>
  HttpClient.make((request) => Effect.map(answer(), (response) => HttpClientResponse.fromWeb(request, response)))

const status = (code: number, body: string | null = null) =>
  answering(() => Effect.sync(() => new Response(body, { status: code })))

/** A turn that is being asked, at an endpoint that answers so. */
const asked = (client: HttpClient.HttpClient) =>
  Effect.gen(function* () {
    const bridge = yield* makeHttpAsync(options).pipe(Effect.provideService(HttpClient.HttpClient, client))
    const fiber = yield* ask(bridge).pipe(Effect.forkChild({ startImmediately: true }))
    yield* TestClock.adjust("1 millis")
    return fiber
  })

const provided = Effect.provide(PendingReplies.layer, { local: true })

it.effect("after 202 the turn waits for its answer, and takes one", () =>
  Effect.gen(function* () {
    const pending = yield* PendingReplies
    const fiber = yield* asked(status(202))
    yield* TestClock.adjust("29 seconds")
    assert.isUndefined(fiber.pollUnsafe())
    assert.strictEqual(yield* pending.standing(turn.turnId), "accepted")
    assert.strictEqual(yield* pending.answer(turn.turnId, text("rồi")), "accepted")
    assert.strictEqual(yield* pending.answer(turn.turnId, text("lại")), "answered")
    assert.deepStrictEqual(yield* Fiber.join(fiber), text("rồi"))
    assert.strictEqual(yield* pending.answer(turn.turnId, text("nữa")), "answered")
  }).pipe(provided)
)

it.effect("an answer that comes before the 202 is taken too", () =>
  Effect.gen(function* () {
    const pending = yield* PendingReplies
    const fiber = yield* asked(answering(() => Effect.never))
    assert.strictEqual(yield* pending.answer(turn.turnId, text("nhanh")), "accepted")
    assert.deepStrictEqual(yield* Fiber.join(fiber), text("nhanh"))
  }).pipe(provided)
)

it.effect("an endpoint that answers at once is heard as any other", () =>
  Effect.gen(function* () {
    const pending = yield* PendingReplies
    assert.deepStrictEqual(yield* Fiber.join(yield* asked(status(200, "ngay"))), text("ngay"))
    assert.deepStrictEqual(yield* Fiber.join(yield* asked(status(204))), [])
    assert.deepStrictEqual(yield* Effect.flip(Fiber.join(yield* asked(status(500)))), { _tag: "Status", status: 500 })
    assert.strictEqual(yield* pending.standing(turn.turnId), "over")
  }).pipe(provided)
)

it.effect("late and unknown answers are told apart, and a turn that is asked again waits anew", () =>
  Effect.gen(function* () {
    const pending = yield* PendingReplies
    assert.strictEqual(yield* pending.answer(turn.turnId, text("sớm")), "unknown")
    const first = yield* asked(status(202))
    yield* TestClock.adjust("30 seconds")
    assert.deepStrictEqual(yield* Effect.flip(Fiber.join(first)), { _tag: "Timeout", seconds: 30 })
    assert.strictEqual(yield* pending.answer(turn.turnId, text("trễ")), "over")
    const second = yield* asked(status(202))
    assert.strictEqual(yield* pending.answer(turn.turnId, text("lần trước")), "accepted")
    assert.deepStrictEqual(yield* Fiber.join(second), text("lần trước"))
  }).pipe(provided)
)

it.effect("a turn that is stopped waits no more", () =>
  Effect.gen(function* () {
    const pending = yield* PendingReplies
    const fiber = yield* asked(status(202))
    yield* Fiber.interrupt(fiber)
    assert.strictEqual(yield* pending.standing(turn.turnId), "over")
  }).pipe(provided)
)

it.effect("what ended is remembered for a while, not for ever", () =>
  Effect.gen(function* () {
    const pending = yield* PendingReplies
    for (let n = 0; n <= 10_000; n++) yield* Effect.scoped(pending.wait(`t${n}`))
    assert.strictEqual(yield* pending.standing("t0"), "unknown")
    assert.strictEqual(yield* pending.standing("t1"), "over")
    assert.strictEqual(yield* pending.standing("t10000"), "over")
  }).pipe(provided)
)

it.effect("an embedding program's agent and the gateway share what is pending", () =>
  Effect.gen(function* () {
    const outer = yield* PendingReplies
    const inner = yield* Effect.provide(PendingReplies, Layer.fresh(PendingReplies.layerShared))
    assert.strictEqual(inner, outer)
  }).pipe(provided)
)

it.effect("the layer is the bridge", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* ask(yield* AgentBridge), text("ngay"))
  }).pipe(
    Effect.provide(AgentBridge.layerHttpAsync(options)),
    provided,
    Effect.provideService(HttpClient.HttpClient, status(200, "ngay"))
  )
)
