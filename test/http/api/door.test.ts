import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { TestGateway } from "zalo-effect/testing"
import { type Answer, ask, post, refused } from "./kit.ts"

const everywhere = ["/v1/status", "/v1/openapi.json", "/v1/pairing/requests", "/v1/nothing", "/v1/", "/v1"]

it.effect("nobody without the token is told anything, not even what there is", () =>
  Effect.gen(function* () {
    for (const path of everywhere) {
      yield* TestClock.adjust("1 minute")
      for (const token of [null, "", "wrong", `${TestGateway.adminToken}x`]) {
        const answer = yield* ask(path, { token })
        assert.deepStrictEqual(refused(answer), [401, "unauthorized"], `${path} ${token}`)
        assert.deepStrictEqual(Object.keys(answer.body), ["ok", "error"])
      }
    }
    assert.strictEqual((yield* ask("/v1/status")).status, 200)
  }).pipe(Effect.provide(TestGateway.layer()))
)

it.effect("after 20 wrong tokens in a minute a stranger is told to stay away, and the owner never is", () =>
  Effect.gen(function* () {
    for (let i = 0; i < 20; i++) {
      const answer = yield* ask("/v1/status", { token: "wrong" })
      assert.deepStrictEqual(refused(answer), [401, "unauthorized"])
      assert.strictEqual(answer.headers["www-authenticate"], "Bearer")
    }
    const limited = yield* ask("/v1/status", { token: "wrong" })
    assert.deepStrictEqual(refused(limited), [429, "too-many"])
    assert.isAtMost(Number(limited.headers["retry-after"]), 60)
    assert.strictEqual((yield* ask("/v1/status")).status, 200)
    yield* TestClock.adjust("1 minute")
    assert.strictEqual((yield* ask("/v1/status", { token: "wrong" })).status, 401)
  }).pipe(Effect.provide(TestGateway.layer()))
)

it.effect("a path that is not there is 404, a method that it does not take 405 with those that it takes", () =>
  Effect.gen(function* () {
    for (const path of ["/v1/nothing", "/v1/", "/v1", "/v1/status/more", "/v1/pairing"]) {
      assert.deepStrictEqual(refused(yield* ask(path)), [404, "unknown-path"], path)
    }
    const wrong = yield* post("/v1/status")
    assert.deepStrictEqual([...refused(wrong), wrong.headers["allow"]], [405, "method", "GET"])
    const put = yield* ask("/v1/pairing/requests/ABCD/approve", { method: "PUT", json: {} })
    assert.deepStrictEqual([...refused(put), put.headers["allow"]], [405, "method", "POST"])
  }).pipe(Effect.provide(TestGateway.layer()))
)

it.effect("what cannot be read is refused with the field", () =>
  Effect.gen(function* () {
    const path = "/v1/messages"
    const cases: ReadonlyArray<readonly [unknown, string]> = [
      [{}, "chat"],
      [{ chat: 5, text: "x" }, "chat"],
      [{ chat: "", text: "x" }, "chat"],
      [{ chat: "c", text: "x", txt: "y" }, "txt"],
      [{ chat: "c", text: "x", wait: -1 }, "wait"],
      [{ chat: "c", text: "x", wait: 1e9 }, "wait"],
      [{ chat: "c", text: "x", account: "No Such" }, "account"],
      [[], "payload"],
      ["text", "payload"]
    ]
    for (const [json, field] of cases) {
      const answer = yield* post(path, json)
      assert.deepStrictEqual([...refused(answer), answer.body.error.field], [400, "invalid", field])
    }
    assert.deepStrictEqual(refused(yield* ask(path, { text: "{", headers: { "content-type": "application/json" } })), [
      400,
      "invalid"
    ])
    assert.deepStrictEqual(refused(yield* ask(path, { text: "chat=c", headers: { "content-type": "text/plain" } })), [
      415,
      "content-type"
    ])
    const unknown = yield* ask("/v1/pairing/requests?acount=default")
    assert.deepStrictEqual([...refused(unknown), unknown.body.error.field], [400, "invalid", "acount"])
  }).pipe(Effect.provide(TestGateway.layer()))
)

it.effect("a body of more than 16 MiB is refused, whether it says so or not", () =>
  Effect.gen(function* () {
    const large = "x".repeat(16 * 1_048_576 + 1)
    const answer = yield* post("/v1/messages", { chat: "c", text: large })
    assert.deepStrictEqual(refused(answer), [413, "too-large"])
  }).pipe(Effect.provide(TestGateway.layer()))
)

it.effect("the description names every path with its answers, and holds no secret", () =>
  Effect.gen(function* () {
    const { body, status } = yield* ask("/v1/openapi.json")
    assert.deepStrictEqual([status, body.openapi.slice(0, 3)], [200, "3.1"])
    const paths: Readonly<Record<string, Readonly<Record<string, Answer["body"]>>>> = body.paths
    for (const [path, methods] of Object.entries(paths)) {
      assert.match(path, /^\/v1\//)
      for (const [method, operation] of Object.entries(methods)) {
        const where = `${method} ${path}`
        assert.isNotEmpty(operation.summary, where)
        assert.isNotEmpty(operation.security, where)
        for (const answer of ["400", "401"]) assert.property(operation.responses, answer, where)
      }
    }
    assert.isAtLeast(Object.keys(paths).length, 10)
    assert.notInclude(JSON.stringify(body), TestGateway.adminToken)
  }).pipe(Effect.provide(TestGateway.layer()))
)
