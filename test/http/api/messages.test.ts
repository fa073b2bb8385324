import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type FakeUser, FakeZalo, TestGateway } from "zalo-effect/testing"
import { ask, post, refused } from "./kit.ts"

/** Somebody who wrote first, and had an echo. */
const lan = Effect.gen(function* () {
  const user = (yield* FakeZalo).user("Lan")
  yield* user.says("chào")
  assert.strictEqual(yield* user.hears, "chào")
  return user
})

/** How many messages went to the chat, the echo among them. */
const heard = (user: FakeUser) =>
  Effect.andThen(
    TestGateway.settled,
    Effect.map(user.heard, (all) => all.length)
  )

const open = TestGateway.layer({ dmPolicy: "open" })

it.effect("a text is kept at once, goes out as the bot, and can be asked about", () =>
  Effect.gen(function* () {
    const user = yield* lan
    const kept = yield* post("/v1/messages", { chat: user.id, text: "**xin** chào" })
    assert.strictEqual(kept.status, 202)
    assert.deepInclude(kept.body, { ok: true, account: "default", chatId: user.id, state: "queued", settled: false })
    assert.strictEqual(yield* user.hears, "**xin** chào")
    const known = yield* ask(`/v1/messages/${kept.body.id}`)
    assert.deepInclude(known.body, { id: kept.body.id, state: "sent", settled: true })
    assert.lengthOf(known.body.messageIds, 1)
  }).pipe(Effect.provide(open))
)

it.effect("a long text is one message of several parts", () =>
  Effect.gen(function* () {
    const user = yield* lan
    const { body } = yield* post("/v1/messages", { chat: user.id, text: "chữ ".repeat(900) })
    assert.isAtLeast(body.parts.length, 2)
    yield* TestGateway.settled
    const known = yield* ask(`/v1/messages/${body.parts[1].id}`)
    assert.deepInclude(known.body, { state: "sent", settled: true })
    assert.strictEqual(known.body.messageIds.length, body.parts.length)
  }).pipe(Effect.provide(open))
)

it.effect("one key is one message, however often it is asked for", () =>
  Effect.gen(function* () {
    const user = yield* lan
    const once = { headers: { "idempotency-key": "order 17" } }
    const first = yield* post("/v1/messages", { chat: user.id, text: "một lần" }, once)
    const both = yield* Effect.all(
      [1, 2, 3].map(() => post("/v1/messages", { chat: user.id, text: "một lần" }, once)),
      { concurrency: "unbounded" }
    )
    for (const again of both) assert.strictEqual(again.body.id, first.body.id)
    assert.strictEqual(yield* heard(user), 2)
    const other = yield* post("/v1/messages", { chat: user.id, text: "khác" }, once)
    assert.deepStrictEqual(refused(other), [409, "key-taken"])
    yield* post("/v1/messages", { chat: user.id, text: "một lần" }, { headers: { "idempotency-key": "order 18" } })
    assert.strictEqual(yield* heard(user), 3)
  }).pipe(Effect.provide(open))
)

it.effect("what Zalo refuses is told with its reason", () =>
  Effect.gen(function* () {
    const { body } = yield* post("/v1/messages", { chat: "nobody-at-all", text: "có ai không" })
    yield* TestGateway.settled
    const known = yield* ask(`/v1/messages/${body.id}`)
    assert.deepInclude(known.body, { state: "dead", settled: true, messageIds: [] })
    assert.deepInclude(known.body.parts[0], { state: "dead", reason: "refused" })
  }).pipe(Effect.provide(open))
)

it.effect("a picture goes out with its caption", () =>
  Effect.gen(function* () {
    const user = yield* lan
    yield* post("/v1/messages", { chat: user.id, media: "https://example.com/a.jpg", text: "ảnh" })
    assert.deepInclude(yield* user.receives, { kind: "photo", text: "ảnh" })
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open", zalo: { switches: { photoFetch: "believed" } } })))
)

it.effect("nothing to send, an unknown account and an unknown message are refused", () =>
  Effect.gen(function* () {
    for (const nothing of [{}, { text: "" }, { text: " \n" }]) {
      const answer = yield* post("/v1/messages", { chat: "c", ...nothing })
      assert.deepStrictEqual([...refused(answer), answer.body.error.field], [400, "invalid", "text"])
    }
    const nobody = yield* post("/v1/messages", { chat: "c", text: "x", account: "nobody" })
    assert.deepStrictEqual(refused(nobody), [404, "unknown-account"])
    for (const id of ["out:999", "999", "in:default/m1", "x", "out:", "99999999999999999999"]) {
      assert.deepStrictEqual(refused(yield* ask(`/v1/messages/${encodeURIComponent(id)}`)), [404, "not-found"], id)
    }
  }).pipe(Effect.provide(open))
)
