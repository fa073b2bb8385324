import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import { Journal } from "../../src/journal/Journal.ts"
import { botApiOrigin, EmulatedZalo, Network, TestGateway } from "zalo-effect/testing"

const readyz = Effect.gen(function* () {
  const { client } = yield* Network
  const get = (path: string) => client.execute(HttpClientRequest.get(`${TestGateway.gatewayOrigin}${path}`))
  assert.strictEqual((yield* get("/healthz")).status, 200)
  const answer = yield* get("/readyz")
  return { status: answer.status, body: yield* answer.json }
})

const standing = (more: object) => ({ transport: "polling", lastGoodAt: "1970-01-01T00:00:00.000Z", ...more })

it.effect("ready is 200 with each account's standing, and no more", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* readyz, {
      status: 200,
      body: { ready: true, accounts: { default: standing({ ready: true, reason: null }) } }
    })
  }).pipe(Effect.provide(TestGateway.layer()))
)

it.effect("a Zalo that cannot be reached is put up with for as long as a poll may take, and then it is 503", () =>
  Effect.gen(function* () {
    const network = yield* Network
    yield* network.unplug(botApiOrigin)
    // The open poll ends, and each one after it fails at once.
    yield* TestClock.adjust("39 seconds")
    assert.strictEqual((yield* readyz).status, 200)
    yield* TestClock.adjust("35 seconds")
    const { body, status } = yield* readyz
    assert.strictEqual(status, 503)
    assert.deepInclude(body, { ready: false })
    assert.include(JSON.stringify(body), "not reachable (ECONNREFUSED)")
    yield* network.plug(botApiOrigin)
    yield* TestClock.adjust("1 minute")
    assert.strictEqual((yield* readyz).status, 200)
  }).pipe(Effect.provide(TestGateway.layer()))
)

it.effect("a poll that is open beyond its time is silence, and silence is not ready", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    yield* zalo.fault({ kind: "hang", method: "getUpdates" })
    yield* TestClock.adjust("30 seconds")
    yield* TestClock.adjust("39 seconds")
    assert.strictEqual((yield* readyz).status, 200)
    yield* TestClock.adjust("2 seconds")
    const { body, status } = yield* readyz
    assert.strictEqual(status, 503)
    assert.match(JSON.stringify(body), /"reason":"no answer from Zalo for \d+ s"/)
  }).pipe(Effect.provide(TestGateway.layer()))
)

it.effect("a journal that cannot commit keeps everybody out, is named, and is looked at again by itself", () =>
  Effect.gen(function* () {
    const { sql } = yield* Journal
    yield* sql`ALTER TABLE journal_probe RENAME TO elsewhere`
    yield* TestClock.adjust("25 seconds")
    const { body, status } = yield* readyz
    const reason = "the journal cannot be used (unavailable): no such table: journal_probe"
    assert.strictEqual(status, 503)
    assert.deepStrictEqual(body, {
      ready: false,
      accounts: { default: standing({ ready: false, reason }) },
      journal: { ready: false, reason }
    })
    yield* sql`ALTER TABLE elsewhere RENAME TO journal_probe`
    yield* TestClock.adjust("1 second")
    assert.strictEqual((yield* readyz).status, 200)
  }).pipe(Effect.provide(TestGateway.layer()))
)
