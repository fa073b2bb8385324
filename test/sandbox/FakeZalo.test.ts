import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { FakeZalo } from "../../src/sandbox/FakeZalo.ts"
import { makeGenerator } from "../../src/sandbox/ids.ts"
import { layerInProcess } from "../../src/sandbox/inProcess.ts"

const token = "1:abc"
const layer = FakeZalo.layer.pipe(
  Layer.provideMerge(layerInProcess({ bots: [{ token, displayName: "Bot Quán Cà Phê" }] }))
)

const send = (chat_id: string, text: string) =>
  FakeZalo.use(({ emulator }) => emulator.answer(token, "sendMessage", { chat_id, text }))

const nextText = FakeZalo.use(({ emulator }) =>
  Effect.map(emulator.answer(token, "getUpdates", { timeout: 0 }), (reply) =>
    reply._tag === "Json" ? JSON.parse(JSON.stringify(reply.body)).result?.message?.text : undefined
  )
)

it.effect("a person hears the bot's texts one by one, and waits for the next", () =>
  Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const lan = zalo.user("Lan")
    assert.strictEqual(zalo.user("Lan"), lan)
    yield* lan.says("chào")
    yield* send(lan.id, "một")
    yield* zalo.emulator.answer(token, "sendSticker", { chat_id: lan.id, sticker: "s" })
    yield* send(lan.id, "hai")
    assert.deepStrictEqual([yield* lan.hears, yield* lan.hears], ["một", "hai"])
    const waiting = yield* Effect.forkChild(lan.hears)
    yield* Effect.yieldNow
    assert.isUndefined(waiting.pollUnsafe())
    yield* send(lan.id, "ba")
    assert.strictEqual(yield* Fiber.join(waiting), "ba")
    assert.strictEqual((yield* lan.heard).length, 4)
  }).pipe(Effect.provide(layer))
)

it.effect("who stops listening misses nothing", () =>
  Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    yield* lan.says("chào")
    const waiting = yield* Effect.forkChild(lan.hears)
    yield* Effect.yieldNow
    yield* Fiber.interrupt(waiting)
    yield* send(lan.id, "còn đây")
    assert.strictEqual(yield* lan.hears, "còn đây")
  }).pipe(Effect.provide(layer))
)

it.effect("in a group the bot gets what mentions or answers it, and nothing else", () =>
  Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const lan = zalo.user("Lan")
    const group = zalo.group("Nhóm", [lan, zalo.user("Minh")])
    assert.match(group.id, /^zgr-[0-9a-f]{20}$/)
    yield* group.as(lan).says("một ly")
    yield* group.as(lan, "none").says("chuyện riêng")
    yield* group.as(lan, "reply").says("thêm đá")
    assert.deepStrictEqual(
      [yield* nextText, yield* nextText, yield* nextText],
      ["@Bot Quán Cà Phê một ly", "thêm đá", undefined]
    )
    yield* send(group.id, "có ngay")
    assert.strictEqual(yield* group.as(lan).hears, "có ngay")
  }).pipe(Effect.provide(layer))
)

it("ids follow from the seed, look like Zalo's, and never come twice", () => {
  const ids = (seed: string): ReadonlyArray<string> => {
    const { id } = makeGenerator(seed)
    return Array.from({ length: 20_000 }, id)
  }
  const first = ids("a")
  assert.deepStrictEqual(ids("a"), first)
  assert.strictEqual(new Set([...first, ...ids("b")]).size, 40_000)
  assert.isTrue(first.every((id) => /^[0-9a-f]{20}$/.test(id)))
})
