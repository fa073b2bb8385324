import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { layerInProcess } from "../../src/sandbox/inProcess.ts"
import type { Written } from "../../src/sandbox/model.ts"
import { EmulatedZalo } from "../../src/sandbox/Zalo.ts"

const token = "1459232241454765289:abc"
type Body = Readonly<Record<string, unknown>>

const rows = (name: string): ReadonlyArray<{ readonly source: string; readonly body: Body }> =>
  readFileSync(new URL(`../fixtures/${name}.ndjson`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

/** Keys and types, all the way down. */
const shape = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, shape(inner)])
      )
    : Array.isArray(value)
      ? "array"
      : typeof value

const of = (row: number): Body => {
  const body = rows("updates")[row]?.body ?? {}
  const result = body["result"]
  return typeof result === "object" && result !== null ? { ...result } : body
}

const written: ReadonlyArray<readonly [row: number, what: string, group: boolean, message: Written]> = [
  [0, "a text", false, { kind: "text", text: "xin chào" }],
  [1, "a picture without a caption", false, { kind: "photo", url: "https://f19-zpc.zdn.vn/a.jpg" }],
  [2, "a sticker", false, { kind: "sticker", sticker: "93ad9401a844411a1855" }],
  [3, "what Zalo does not pass on", false, { kind: "unsupported" }],
  [4, "a voice message", false, { kind: "voice", url: "https://f2-voice-aac-dl.zdn.vn/a.aac" }],
  [5, "a text in a group", true, { kind: "text", text: "orders 10 ghe felix" }],
  [8, "the official sample", false, { kind: "text", text: "Xin chào" }]
]

it.effect.each(written.map(([row, what, group, message]) => ({ row, what, group, message })))(
  "$what has the keys and types of the capture",
  ({ group, message, row }) =>
    Effect.gen(function* () {
      const zalo = yield* EmulatedZalo
      const lan = yield* zalo.addUser("Lan")
      const chat = group ? (yield* zalo.addGroup("Nhóm", [lan.id])).id : lan.id
      yield* zalo.inject({ chat, from: lan.id, message })
      const reply = yield* zalo.answer(token, "getUpdates", { timeout: 0 })
      assert(reply._tag === "Json")
      assert.deepStrictEqual(shape(reply.body["result"]), shape(of(row)))
    }).pipe(Effect.provide(layerInProcess({ bots: [{ token }] })))
)

it.effect("a picture in a group keeps the mention in its caption, and has every key of the trimmed capture", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    const lan = yield* zalo.addUser("Lan")
    const { id: chat } = yield* zalo.addGroup("Nhóm", [lan.id])
    const photo = { kind: "photo", url: "https://photo-stal-16.zdn.vn/a", caption: "orders 5 noi chien" } as const
    yield* zalo.inject({ chat, from: lan.id, message: photo })
    const reply = yield* zalo.answer(token, "getUpdates", { timeout: 0 })
    assert(reply._tag === "Json")
    const { event_name, message } = { event_name: "", message: {}, ...Object(reply.body["result"]) }
    const captured = of(6)
    assert.strictEqual(event_name, captured["event_name"])
    assert.deepInclude(message, { caption: "@Bot ultty AI orders 5 noi chien", message_type: "CHAT_PHOTO" })
    assert.includeMembers(Object.keys(message), Object.keys(Object(captured["message"])))
  }).pipe(Effect.provide(layerInProcess({ bots: [{ token, displayName: "Bot ultty AI" }] })))
)

it.effect("answers have the keys and types of the captures", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    const lan = yield* zalo.addUser("Lan")
    const ask = (method: string, params: Body = {}) => zalo.answer(token, method, params)
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "a" } })
    yield* ask("getUpdates")
    const answers = [
      yield* ask("getUpdates", { timeout: 0 }),
      yield* ask("getWebhookInfo"),
      yield* ask("sendMessage"),
      yield* Effect.andThen(
        ask("setWebhook", { url: "https://example.test/hook", secret_token: "12345678" }),
        ask("getWebhookInfo")
      ),
      yield* ask("sendMessage", { chat_id: lan.id, text: "b" })
    ]
    const said = answers.map((answer) => (answer._tag === "Json" ? answer.body : {}))
    const captured = rows("answers").map(({ body }) => body)
    assert.deepStrictEqual(said.slice(0, 3), captured.slice(0, 3))
    assert.deepStrictEqual(said.map(shape), captured.map(shape))
  }).pipe(Effect.provide(layerInProcess({ bots: [{ token }] })))
)
