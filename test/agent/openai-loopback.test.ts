import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { AgentBridge } from "../../src/agent/AgentBridge.ts"
import type { OpenAiOptions } from "../../src/agent/openai.ts"
import { layer as layerHttpClient } from "../../src/node/http-client.ts"
import { answering, Endpoint, events, piece, streaming, whole } from "./openai-server.ts"
import { ask } from "./turn.ts"

const asking = (endpoint: Endpoint, more: Partial<OpenAiOptions> = {}) =>
  Effect.gen(function* () {
    const baseUrl = yield* endpoint.listen
    const layer = AgentBridge.layerOpenAi({ baseUrl, model: "m", apiKey: Redacted.make("k"), ...more })
    return yield* Effect.provide(Effect.flatMap(AgentBridge, ask), layer)
  }).pipe(Effect.provide([layerHttpClient, FileSystem.layerNoop({})]))

/** Waits until the endpoint has seen something. */
const until = (probe: () => boolean) =>
  Effect.suspend(() => (probe() ? Effect.void : Effect.fail("not yet"))).pipe(
    Effect.retry({ schedule: Schedule.spaced("5 millis"), times: 1_000 }),
    Effect.orDie
  )

it.live("over a socket, torn and slow, the answer is whole", () =>
  Effect.gen(function* () {
    const bytes = new TextEncoder().encode(events(["Chào ", "Lan 👋"]).join(""))
    const torn = Array.from({ length: Math.ceil(bytes.length / 97) }, (_, n) => bytes.subarray(n * 97, n * 97 + 97))
    const endpoint = new Endpoint(streaming(...torn.flatMap((one) => [one, { wait: 2 }])))
    assert.deepStrictEqual(yield* asking(endpoint), [{ type: "text", text: "Chào Lan 👋" }])
    assert.strictEqual(endpoint.seen[0]?.headers["authorization"], "Bearer k")
    assert.strictEqual(endpoint.seen[0]?.url, "/v1/chat/completions")
  })
)

it.live("a lost connection before the answer, and a 429, are tried again", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint("refuse", whole({}, 429, { "retry-after": "0" }), answering("rồi"))
    assert.deepStrictEqual(yield* asking(endpoint), [{ type: "text", text: "rồi" }])
    assert.lengthOf(endpoint.seen, 3)
  })
)

it.live("an answer that stops inside is given up, and the connection closed", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(streaming(piece("Chà"), "stall"))
    const failed = yield* Effect.flip(asking(endpoint, { idleTimeout: Duration.millis(150) }))
    assert.deepStrictEqual(failed, { _tag: "Timeout", seconds: 0.15 })
    yield* until(() => endpoint.aborted === 1)
  })
)

it.live("what comes after the end is not waited for", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(streaming(...events(["xong"]), "stall"))
    assert.deepStrictEqual(yield* asking(endpoint), [{ type: "text", text: "xong" }])
  })
)

it.live("a turn that is stopped closes the connection", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(streaming(piece("Chà"), "stall"))
    const fiber = yield* Effect.forkChild(asking(endpoint))
    yield* until(() => endpoint.seen.length === 1)
    yield* Fiber.interrupt(fiber)
    yield* until(() => endpoint.aborted === 1)
  })
)
