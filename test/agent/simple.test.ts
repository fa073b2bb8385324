import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AgentBridge } from "../../src/agent/AgentBridge.ts"
import { echo } from "../../src/agent/echo.ts"
import { none } from "../../src/agent/none.ts"
import { ask, turn, turnWith } from "./turn.ts"

it.effect("echo gives a text back as it came", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* ask(echo, turnWith({ text: "  chào\n" })), [
      { type: "text", text: "  chào\n", format: "plain" }
    ])
  })
)

it.effect("echo gives a photo's caption back, and nothing for a photo without one", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* ask(echo, turnWith({ kind: "photo", text: "biển" })), [
      { type: "text", text: "biển", format: "plain" }
    ])
    assert.deepStrictEqual(yield* ask(echo, turnWith({ kind: "photo", text: "" })), [])
  })
)

it.effect.each([
  { kind: "sticker", text: "x" },
  { kind: "voice", text: "x" },
  { kind: "unsupported", text: "x" },
  { kind: "text", text: " \n" }
] as const)("echo has no reply to $kind with $text", (message) =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* ask(echo, turnWith(message)), [])
  })
)

it.effect("none has no reply to anything", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* ask(none), [])
  })
)

it.effect("an unavailable agent fails every turn and says why", () =>
  Effect.gen(function* () {
    const bridge = yield* AgentBridge
    const reason = yield* Effect.flip(ask(bridge))
    assert.deepStrictEqual(reason, { _tag: "Unavailable", detail: "no key" })
  }).pipe(Effect.provide(AgentBridge.layerUnavailable("no key")))
)

it.effect("the echo layer is the echo bridge", () =>
  Effect.gen(function* () {
    const bridge = yield* AgentBridge
    assert.deepStrictEqual(yield* ask(bridge), [{ type: "text", text: turn.message.text, format: "plain" }])
  }).pipe(Effect.provide(AgentBridge.layerEcho))
)

it.effect("the none layer is the none bridge", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* ask(yield* AgentBridge), [])
  }).pipe(Effect.provide(AgentBridge.layerNone))
)
