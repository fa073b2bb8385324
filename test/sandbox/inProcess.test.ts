import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import { botApiOrigin, layerInProcess } from "../../src/sandbox/inProcess.ts"
import { Network } from "../../src/sandbox/Network.ts"
import { EmulatedZalo } from "../../src/sandbox/Zalo.ts"

const token = "4055584533866160964:abc-xyz"
const layer = layerInProcess({ bots: [{ token, displayName: "Bot Thử" }] })

const api = (method: string, params: Record<string, unknown> = {}) =>
  HttpClientRequest.post(`${botApiOrigin}/bot${token}/${method}`).pipe(
    HttpClientRequest.bodyJsonUnsafe(params),
    HttpClient.execute,
    Effect.flatMap((response) => response.json)
  )

it.effect("an idle poll ends with 408 after exactly its timeout", () =>
  Effect.gen(function* () {
    const fiber = yield* api("getUpdates", { timeout: "7" }).pipe(
      Effect.flatMap((body) => Effect.map(Clock.currentTimeMillis, (at) => [body, at])),
      Effect.forkChild
    )
    yield* TestClock.adjust("6999 millis")
    assert.isUndefined(fiber.pollUnsafe())
    yield* TestClock.adjust("1 millis")
    assert.deepStrictEqual(yield* Fiber.join(fiber), [
      { ok: false, description: "Request timeout", error_code: 408 },
      7000
    ])
  }).pipe(Effect.provide(layer))
)

it.effect("a waiting poll is answered by the next message, and nothing waits for the clock", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    const lan = yield* zalo.addUser("Lan")
    const fiber = yield* Effect.forkChild(api("getUpdates"))
    yield* Effect.yieldNow
    const id = yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "chào" } })
    assert.deepStrictEqual(yield* Fiber.join(fiber), {
      ok: true,
      error_code: 0,
      result: {
        event_name: "message.text.received",
        message: {
          date: 0,
          chat: { chat_type: "PRIVATE", id: lan.id },
          message_id: id,
          from: { id: lan.id, is_bot: false, display_name: "Lan" },
          text: "chào"
        }
      }
    })
    assert.match(id, /^[0-9a-f]{20}$/)
  }).pipe(Effect.provide(layer))
)

it.effect("a dropped connection is a transport error, whether or not the send was taken", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    const lan = yield* zalo.addUser("Lan")
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "chào" } })
    yield* zalo.fault({ kind: "drop", method: "sendMessage", times: 1 })
    yield* zalo.fault({ kind: "drop", method: "sendMessage", times: 1, taken: true })
    yield* zalo.fault({ kind: "tear", method: "sendMessage", times: 1, taken: true })
    const send = Effect.flip(api("sendMessage", { chat_id: lan.id, text: "x" }))
    const reasons = [yield* send, yield* send, yield* send].map((error) => ("reason" in error ? error.reason._tag : ""))
    assert.deepStrictEqual(reasons, ["TransportError", "TransportError", "DecodeError"])
    assert.deepStrictEqual(
      (yield* zalo.calls).map(({ answer, taken }) => [answer?._tag, taken]),
      [
        ["Dropped", false],
        ["Dropped", true],
        ["Torn", true]
      ]
    )
    assert.strictEqual((yield* zalo.hears(lan.id)).length, 2)
  }).pipe(Effect.provide(layer))
)

it.effect("an unplugged origin refuses, an unknown one has no name", () =>
  Effect.gen(function* () {
    const network = yield* Network
    yield* network.unplug(botApiOrigin)
    const refused = yield* Effect.flip(api("getMe"))
    const unknown = yield* Effect.flip(HttpClient.get("https://nowhere.test/"))
    assert.deepInclude(refused.reason.cause, { code: "ECONNREFUSED" })
    assert.deepInclude(unknown.reason.cause, { code: "ENOTFOUND" })
    yield* network.plug(botApiOrigin)
    assert.deepInclude(yield* api("getMe"), { ok: true })
  }).pipe(Effect.provide(layer))
)
