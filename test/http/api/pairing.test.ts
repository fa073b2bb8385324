import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { FakeZalo, pairingCode, TestGateway } from "zalo-effect/testing"
import { ask, post, refused } from "./kit.ts"

const stranger = (name: string) =>
  Effect.gen(function* () {
    const user = (yield* FakeZalo).user(name)
    yield* user.says("chào")
    return { user, code: pairingCode(yield* user.hears) }
  })

it.effect("who waits is listed, approved once, told, and then among the grants", () =>
  Effect.gen(function* () {
    const { code, user } = yield* stranger("Lan")
    const listed = yield* ask("/v1/pairing/requests")
    assert.deepInclude(listed.body.requests[0], { account: "default", senderId: user.id, displayName: "Lan", code })
    assert.match(listed.body.requests[0].expiresAt, /^1970-01-01T01:00:.*Z$/)

    const approved = yield* post(`/v1/pairing/requests/${code.toLowerCase()}/approve`, undefined, {
      headers: { "x-operator": "mai" }
    })
    assert.deepStrictEqual(approved.body, {
      ok: true,
      account: "default",
      senderId: user.id,
      displayName: "Lan",
      notified: true,
      replayed: 0
    })
    assert.isNotEmpty(yield* user.hears)
    const again = yield* post(`/v1/pairing/requests/${code}/approve`)
    assert.deepStrictEqual(refused(again), [409, "used"])
    const { body } = yield* ask("/v1/pairing/grants?account=default")
    assert.deepInclude(body.grants[0], { senderId: user.id, approvedBy: "api:mai", how: "code" })
    assert.deepStrictEqual((yield* ask("/v1/pairing/requests")).body, { requests: [] })
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "pairing" })))
)

it.effect("notify: false tells nobody", () =>
  Effect.gen(function* () {
    const { code } = yield* stranger("Lan")
    const { body } = yield* post(`/v1/pairing/requests/${code}/approve`, { notify: false })
    assert.isFalse(body.notified)
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "pairing" })))
)

it.effect("a code that expired is 410, one that was declined 409, one that nobody has 404", () =>
  Effect.gen(function* () {
    const lan = yield* stranger("Lan")
    assert.isTrue((yield* post(`/v1/pairing/requests/${lan.code}/decline`)).body.ok)
    assert.deepStrictEqual(refused(yield* post(`/v1/pairing/requests/${lan.code}/approve`)), [409, "used"])
    const minh = yield* stranger("Minh")
    yield* TestClock.adjust("61 minutes")
    assert.deepStrictEqual(refused(yield* post(`/v1/pairing/requests/${minh.code}/approve`)), [410, "expired"])
    assert.deepStrictEqual(refused(yield* post("/v1/pairing/requests/AAAAAAAA/decline")), [404, "not-found"])
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "pairing" })))
)

it.effect("after ten wrong codes in ten minutes not even a right one is looked at", () =>
  Effect.gen(function* () {
    const { code } = yield* stranger("Lan")
    for (let i = 0; i < 10; i++) {
      const wrong = yield* post(`/v1/pairing/requests/AAAAAA${String(i).padStart(2, "2")}/approve`)
      assert.deepStrictEqual(refused(wrong), [404, "not-found"])
    }
    const barred = yield* post(`/v1/pairing/requests/${code}/approve`)
    assert.deepStrictEqual(refused(barred), [429, "too-many"])
    assert.isAbove(Number(barred.headers["retry-after"]), 0)
    assert.strictEqual((yield* ask("/v1/pairing/requests")).status, 200)
    yield* TestClock.adjust("10 minutes")
    assert.strictEqual((yield* post(`/v1/pairing/requests/${code}/approve`)).status, 200)
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "pairing" })))
)

it.effect("a sender is blocked, listed, unblocked and revoked", () =>
  Effect.gen(function* () {
    const { code, user } = yield* stranger("Lan")
    yield* post(`/v1/pairing/requests/${code}/approve`)
    const sender = `/v1/pairing/senders/${user.id}`
    const revoked = yield* post(`${sender}/revoke`, { account: "default" })
    assert.deepInclude(revoked.body, { ok: true, senderId: user.id, granted: true })
    assert.deepStrictEqual(refused(yield* post(`${sender}/revoke`)), [404, "not-found"])
    assert.isTrue((yield* post(`${sender}/block`, { account: "default" })).body.ok)
    const { body } = yield* ask("/v1/pairing/blocks")
    assert.deepInclude(body.blocks[0], { account: "default", senderId: user.id, blockedBy: "api" })
    assert.isTrue((yield* post(`${sender}/unblock`)).body.ok)
    assert.deepStrictEqual(refused(yield* post(`${sender}/unblock`)), [404, "not-found"])
    assert.deepStrictEqual(refused(yield* post("/v1/pairing/senders/*/block")), [400, "invalid"])
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "pairing" })))
)
