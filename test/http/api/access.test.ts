import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { FakeZalo, pairingCode, TestGateway } from "zalo-effect/testing"
import { ask, post, refused } from "./kit.ts"

it.effect("every decision of the API is in the audit, under the name of who asked", () =>
  Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    const mai = { headers: { "x-operator": "mai" } }
    yield* lan.says("hello")
    const code = pairingCode(yield* lan.hears)
    yield* post(`/v1/pairing/requests/${code}/decline`, undefined, mai)
    yield* lan.says("hello")
    const second = pairingCode(yield* lan.hears)
    yield* post(`/v1/pairing/requests/${second}/approve`)
    yield* post(`/v1/pairing/senders/${lan.id}/revoke`, undefined, mai)
    yield* post(`/v1/pairing/senders/${lan.id}/block`, { account: "default" }, mai)
    yield* post(`/v1/pairing/senders/${lan.id}/unblock`, undefined, mai)
    const { body } = yield* ask(`/v1/access/audit?sender=${lan.id}&account=default`)
    assert.deepStrictEqual(
      body.entries.map((entry: Record<string, unknown>) => [entry["action"], entry["by"], entry["how"], entry["code"]]),
      [
        ["unblock", "api:mai", "api", null],
        ["block", "api:mai", "api", null],
        ["revoke", "api:mai", "api", null],
        ["approve", "api", "api", second],
        ["decline", "api:mai", "api", code]
      ]
    )
    assert.deepInclude(body.entries[0], { at: "1970-01-01T00:00:00.000Z", senderId: lan.id, account: "default" })
    assert.strictEqual((yield* ask("/v1/access/audit?limit=2")).body.entries.length, 2)
    assert.deepStrictEqual((yield* ask("/v1/access/audit?since=1970-01-02T00:00:00Z")).body.entries, [])
    assert.deepStrictEqual(refused(yield* ask("/v1/access/audit?sender=*")), [400, "invalid"])
    assert.deepStrictEqual(refused(yield* ask("/v1/access/audit?limit=0")), [400, "invalid"])
  }).pipe(Effect.provide(TestGateway.layer()))
)

it.effect("a list of grants goes in as a whole or not at all", () =>
  Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    const grants = [{ senderId: lan.id, displayName: "Lan" }, { senderId: "abc" }]
    const wrong = yield* post("/v1/access/grants", { account: "default", grants: [...grants, { senderId: "*" }] })
    assert.deepStrictEqual(refused(wrong), [400, "invalid-grants"])
    assert.include(wrong.body.error.message, "grant 3")
    const would = yield* post("/v1/access/grants", { account: "default", grants, dryRun: true })
    assert.deepStrictEqual(would.body, { ok: true, dryRun: true, added: 2, alreadyThere: 0, blocked: 0 })
    assert.deepStrictEqual((yield* ask("/v1/pairing/grants")).body, { grants: [] })
    const did = yield* post("/v1/access/grants", { account: "default", grants }, { headers: { "x-operator": "mai" } })
    assert.deepStrictEqual(did.body, { ok: true, dryRun: false, added: 2, alreadyThere: 0, blocked: 0 })
    yield* lan.says("hello")
    assert.strictEqual(yield* lan.hears, "hello")
    assert.deepInclude((yield* ask("/v1/access/audit")).body.entries[0], { action: "import", by: "api:mai" })
  }).pipe(Effect.provide(TestGateway.layer()))
)
