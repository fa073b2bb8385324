import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import { botApiOrigin, layerInProcess } from "../../src/sandbox/inProcess.ts"
import { EmulatedZalo } from "../../src/sandbox/Zalo.ts"

const token = "1:abc"
const layer = layerInProcess({ bots: [{ token }], switches: { strangers: "accepted" } })

const send = (text: string) =>
  HttpClientRequest.post(`${botApiOrigin}/bot${token}/sendMessage`).pipe(
    HttpClientRequest.bodyJsonUnsafe({ chat_id: "c", text }),
    HttpClient.execute,
    Effect.flatMap((response) => Effect.map(response.text, (body) => ({ status: response.status, body })))
  )

const inChat = EmulatedZalo.use((zalo) => Effect.map(zalo.hears("c"), (all) => all.map(({ text }) => text)))

it.effect("a send that is delayed before it is taken happens even if its client has left", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    yield* zalo.fault({ kind: "delay", ms: 5000, times: 1 })
    const fiber = yield* send("late").pipe(Effect.timeoutOption("1 second"), Effect.delay("1 millis"), Effect.forkChild)
    yield* TestClock.adjust("2 seconds")
    assert.strictEqual((yield* Fiber.join(fiber))._tag, "None")
    assert.deepStrictEqual(yield* inChat, [])
    yield* TestClock.adjust("3001 millis")
    assert.deepStrictEqual(yield* inChat, ["late"])
    assert.deepInclude((yield* zalo.calls)[0], { taken: true, answer: { _tag: "Left" } })
  }).pipe(Effect.provide(layer))
)

it.effect("a hung call never answers, and was taken only if the fault says so", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    yield* zalo.fault({ kind: "hang", times: 1 })
    yield* zalo.fault({ kind: "hang", times: 1, taken: true })
    const fiber = yield* Effect.forkChild(
      Effect.all([Effect.timeoutOption(send("no"), "1 hour"), Effect.timeoutOption(send("yes"), "1 hour")])
    )
    yield* TestClock.adjust("1 hour")
    yield* TestClock.adjust("1 hour")
    assert.deepStrictEqual(
      (yield* Fiber.join(fiber)).map(({ _tag }) => _tag),
      ["None", "None"]
    )
    assert.deepStrictEqual(yield* inChat, ["yes"])
    assert.deepStrictEqual(
      (yield* zalo.calls).map(({ answer, taken }) => [answer?._tag, taken]),
      [
        ["Hung", false],
        ["Hung", true]
      ]
    )
  }).pipe(Effect.provide(layer))
)

it.effect("pages and refusals come instead of the answer, after so many good ones, as often as asked", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    yield* zalo.fault({ kind: "html", status: 504, after: 1, times: 1 })
    yield* zalo.fault({ kind: "error", code: 429, description: "Quota exceeded", times: 1, after: 1 })
    const answers = [yield* send("1"), yield* send("2"), yield* send("3"), yield* send("4")]
    assert.deepStrictEqual(
      answers.map(({ status }) => status),
      [200, 504, 200, 200]
    )
    assert.match(answers[1]?.body ?? "", /^<html>.*504 Gateway Time-out/s)
    assert.deepStrictEqual(JSON.parse(answers[2]?.body ?? ""), {
      ok: false,
      description: "Quota exceeded",
      error_code: 429
    })
    assert.deepStrictEqual(yield* inChat, ["1", "4"])
  }).pipe(Effect.provide(layer))
)

it.effect("chance follows from the seed, and clearing the faults ends them", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    yield* zalo.fault({ kind: "html", status: 429, chance: 0.3 })
    const count = Effect.map(
      Effect.replicateEffect(send("x"), 200),
      (answers) => answers.filter(({ status }) => status === 429).length
    )
    const first = yield* count
    assert.isTrue(first > 35 && first < 85, String(first))
    yield* zalo.clearFaults
    assert.strictEqual(yield* count, 0)
  }).pipe(Effect.provide(layer))
)

it.effect("typing shows until the message comes, or until it fades", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    const typing = Effect.map(zalo.snapshot(), (all) => all?.chats.map(({ typing }) => typing))
    const action = zalo.answer(token, "sendChatAction", { chat_id: "c", action: "typing" })
    yield* action
    assert.deepStrictEqual(yield* typing, [true])
    yield* send("hi")
    assert.deepStrictEqual(yield* typing, [false])
    yield* action
    yield* TestClock.adjust("4999 millis")
    assert.deepStrictEqual(yield* typing, [true])
    yield* TestClock.adjust("1 millis")
    assert.deepStrictEqual(yield* typing, [false])
  }).pipe(Effect.provide(layer))
)
