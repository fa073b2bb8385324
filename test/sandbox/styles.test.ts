import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { botApiOrigin, layerInProcess } from "../../src/sandbox/inProcess.ts"
import { messageJson } from "../../src/sandbox/pageJson.ts"
import { EmulatedZalo } from "../../src/sandbox/Zalo.ts"

const token = "1:abc"
const layer = layerInProcess({ bots: [{ token }], switches: { strangers: "accepted" } })

const send = (params: Readonly<Record<string, unknown>>) =>
  EmulatedZalo.use((zalo) => zalo.answer(token, "sendMessage", { chat_id: "c", ...params })).pipe(
    Effect.map((reply) => (reply._tag === "Json" ? reply.body : {}))
  )
const heard = EmulatedZalo.use((zalo) => zalo.hears("c"))

const bold = { start: 0, len: 8, st: ["b", "c_db342e"] }

it.effect("styles stay with the message, in the transcript and for the page", () =>
  Effect.gen(function* () {
    assert.strictEqual((yield* send({ text: "Xin chào bạn", text_styles: [bold] }))["ok"], true)
    const [message] = yield* heard
    assert.deepStrictEqual(message?.styles, [bold])
    assert.deepStrictEqual(message && messageJson(message)["styles"], [bold])
    yield* send({ text: "chào" })
    assert.notProperty((yield* heard)[1], "styles")
  }).pipe(Effect.provide(layer))
)

it.effect("a form's styles are JSON in a field", () =>
  Effect.gen(function* () {
    yield* HttpClientRequest.post(`${botApiOrigin}/bot${token}/sendMessage`).pipe(
      HttpClientRequest.bodyUrlParams({ chat_id: "c", text: "Xin chào bạn", text_styles: JSON.stringify([bold]) }),
      HttpClient.execute
    )
    assert.deepStrictEqual((yield* heard)[0]?.styles, [bold])
  }).pipe(Effect.provide(layer))
)

describe("styles that are no styles", () => {
  it.effect.each([
    { name: "past the end", styles: [{ start: 0, len: 5, st: ["b"] }] },
    { name: "before the beginning", styles: [{ start: -1, len: 2, st: ["b"] }] },
    { name: "of no length", styles: [{ start: 0, len: 0, st: ["b"] }] },
    { name: "between units", styles: [{ start: 0.5, len: 1, st: ["b"] }] },
    { name: "without codes", styles: [{ start: 0, len: 1, st: [] }] },
    { name: "with a code of nobody's", styles: [{ start: 0, len: 1, st: ["b", "f_99"] }] },
    { name: "no list", styles: { start: 0, len: 1, st: ["b"] } },
    { name: "no JSON", styles: "[" }
  ])("$name are refused, and nothing is sent", ({ styles }) =>
    Effect.gen(function* () {
      assert.deepInclude(yield* send({ text: "chào", text_styles: styles }), { ok: false, error_code: 400 })
      assert.deepStrictEqual(yield* heard, [])
    }).pipe(Effect.provide(layer))
  )
})

it.effect("beside a parse mode styles mean nothing, whatever they are", () =>
  Effect.gen(function* () {
    yield* send({ text: "**a**", parse_mode: "markdown", text_styles: [{ start: 0, len: 99, st: ["b"] }] })
    const [message] = yield* heard
    assert.deepInclude(message, { text: "**a**", parseMode: "markdown" })
    assert.notProperty(message, "styles")
    assert.deepInclude(yield* send({ text: "a", parse_mode: "Markdown" }), { ok: false, error_code: 400 })
  }).pipe(Effect.provide(layer))
)

it.effect("a Zalo that refuses looks takes plain texts", () =>
  Effect.gen(function* () {
    yield* EmulatedZalo.use((zalo) => zalo.set({ textStyles: "refused" }))
    assert.deepInclude(yield* send({ text: "Xin chào bạn", text_styles: [bold] }), { ok: false, error_code: 400 })
    assert.deepInclude(yield* send({ text: "a", parse_mode: "markdown" }), { ok: false, error_code: 400 })
    assert.deepInclude(yield* send({ text: "a" }), { ok: true })
    assert.deepStrictEqual(
      (yield* heard).map(({ text }) => text),
      ["a"]
    )
  }).pipe(Effect.provide(layer))
)
