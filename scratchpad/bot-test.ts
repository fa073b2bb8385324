// A test of somebody's bot: virtual time, no network. A test runner has to load it: vitest, with `globals` or without.
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge, Pairing } from "zalo-effect"
import { FakeZalo, pairingCode, TestGateway } from "zalo-effect/testing"

it.effect("a code is worth nothing after an hour", () =>
  Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const lan = zalo.user("Lan")
    const code = yield* lan.says("chào").pipe(Effect.andThen(lan.hears), Effect.map(pairingCode))
    yield* TestClock.adjust("1 hour")
    assert.strictEqual((yield* Pairing.use((desk) => desk.approve(code)).pipe(Effect.flip)).reason._tag, "Expired")
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "pairing" })))
)

// Your bot's own agent.
const agent = AgentBridge.layerFunction((turn) =>
  Effect.succeed(`Chào ${turn.sender.displayName}!`).pipe(Effect.delay("20 seconds"))
)

it.effect("who is approved is greeted by name", () =>
  Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    yield* lan.says("chào")
    const code = pairingCode(yield* lan.hears)
    yield* Pairing.use((desk) => desk.approve(code))
    assert.include(yield* lan.hears, "Bạn đã được duyệt")
    yield* lan.says("chào")
    yield* TestClock.adjust("20 seconds")
    assert.strictEqual(yield* lan.hears, "Chào Lan!")
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "pairing" }).pipe(Layer.provide(agent))))
)
