import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Redacted from "effect/Redacted"
import { PendingReplies } from "../../src/agent/PendingReplies.ts"
import { AdminToken } from "../../src/gateway/AdminToken.ts"
import * as turns from "../../src/http/turns.ts"
import { layer as layerAdminToken } from "../../src/node/admin-token.ts"

const token = "a-token-of-the-operator"

/** The route, without a socket. */
const serving = (admin = AdminToken.layer(Redacted.make(token))) =>
  Effect.gen(function* () {
    const pending = yield* Effect.provide(PendingReplies, PendingReplies.layer, { local: true })
    const { dispose, handler } = HttpRouter.toWebHandler(
      turns.layer.pipe(Layer.provide([admin, Layer.succeed(PendingReplies, pending)])),
      { disableLogger: true }
    )
    yield* Effect.addFinalizer(() => Effect.promise(dispose))
    const post = (path: string, init: RequestInit = {}) =>
      Effect.promise(async () => {
        const response = await handler(
          new Request(`http://gateway.test${path}`, {
            method: "POST",
            ...init,
            headers: { authorization: `Bearer ${token}`, ...init.headers }
          })
        )
        const body: unknown = JSON.parse(await response.text())
        return { status: response.status, body, headers: response.headers }
      })
    return { pending, post }
  })

const reply = "/v1/turns/default:m1/reply"

const json = (value: unknown): RequestInit => ({
  body: JSON.stringify(value),
  headers: { "content-type": "application/json" }
})

const code = ({ body }: { readonly body: unknown }): unknown =>
  typeof body === "object" && body !== null && "error" in body && typeof body.error === "object" && body.error !== null
    ? Reflect.get(body.error, "code")
    : body

it.effect("an answer is taken once: 200, then 409", () =>
  Effect.gen(function* () {
    const { pending, post } = yield* serving()
    const { answer } = yield* pending.wait("default:m1")
    const first = yield* post(reply, json({ text: "rồi", parts: [{ type: "sticker", sticker: "s" }] }))
    assert.deepStrictEqual([first.status, first.body], [200, { ok: true }])
    assert.deepStrictEqual(yield* answer, [
      { type: "text", text: "rồi" },
      { type: "sticker", sticker: "s" }
    ])
    const second = yield* post(reply, json({ text: "lại" }))
    assert.deepStrictEqual([second.status, code(second)], [409, "answered"])
  }).pipe(Effect.scoped)
)

it.effect("plain text and an empty body are answers too, and ids may be escaped", () =>
  Effect.gen(function* () {
    const { pending, post } = yield* serving()
    const plain = yield* pending.wait("default:a/b%é")
    yield* post(`/v1/turns/${encodeURIComponent("default:a/b%é")}/reply`, {
      body: "chào\n",
      headers: { "content-type": "text/plain" }
    })
    assert.deepStrictEqual(yield* plain.answer, [{ type: "text", text: "chào" }])
    const empty = yield* pending.wait("default:m1")
    assert.strictEqual((yield* post(reply)).status, 200)
    assert.deepStrictEqual(yield* empty.answer, [])
  }).pipe(Effect.scoped)
)

it.effect("a turn that nobody asked is 404, one that was given up 410", () =>
  Effect.gen(function* () {
    const { pending, post } = yield* serving()
    const unknown = yield* post(reply, json({ text: "x" }))
    assert.deepStrictEqual([unknown.status, code(unknown)], [404, "unknown"])
    yield* Effect.scoped(pending.wait("default:m1"))
    const late = yield* post(reply, json({ text: "x" }))
    assert.deepStrictEqual([late.status, code(late)], [410, "over"])
  }).pipe(Effect.scoped)
)

it.effect("without the token nothing is told, not even whether the turn is known", () =>
  Effect.gen(function* () {
    const { pending, post } = yield* serving()
    yield* pending.wait("default:m1")
    for (const authorization of ["", "Bearer", "Bearer wrong", `Basic ${token}`, `Bearer ${token}x`, token]) {
      for (const path of [reply, "/v1/turns/nobody/reply"]) {
        const refused = yield* post(path, { ...json({ text: "x" }), headers: { authorization } })
        assert.deepStrictEqual([refused.status, code(refused)], [401, "unauthorized"], authorization)
        assert.strictEqual(refused.headers.get("www-authenticate"), "Bearer")
      }
    }
    assert.strictEqual(yield* pending.standing("default:m1"), "accepted")
    assert.strictEqual((yield* post(reply, { headers: { authorization: `bearer  ${token} ` } })).status, 200)
  }).pipe(Effect.scoped)
)

it.effect("what cannot be read is refused, and the turn waits on", () =>
  Effect.gen(function* () {
    const { pending, post } = yield* serving()
    yield* pending.wait("default:m1")
    const unreadable: ReadonlyArray<RequestInit> = [
      { body: "{", headers: { "content-type": "application/json" } },
      json({ txt: "x" }),
      json({ parts: [{ type: "dance" }] })
    ]
    for (const init of unreadable) {
      const refused = yield* post(reply, init)
      assert.deepStrictEqual([refused.status, code(refused)], [400, "unreadable"])
    }
    const large = yield* post(reply, json({ text: "x".repeat(1_048_576) }))
    assert.deepStrictEqual([large.status, code(large)], [413, "too-large"])
    const got = yield* post(reply, { method: "PUT", ...json({ text: "x" }) })
    assert.deepStrictEqual([got.status, code(got), got.headers.get("allow")], [405, "method", "POST"])
    assert.strictEqual(yield* pending.standing("default:m1"), "accepted")
  }).pipe(Effect.scoped)
)

const accepts = (directory: string, given: string) =>
  Effect.map(AdminToken, (admin) => admin.accepts(`Bearer ${given}`)).pipe(Effect.provide(layerAdminToken(directory)))

it.effect("the token is made once in the data directory, for its owner alone, and kept", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = `${yield* fs.makeTempDirectoryScoped()}/data`
    assert.isFalse(yield* accepts(directory, ""))
    const file = `${directory}/admin-token`
    const made = (yield* fs.readFileString(file)).trim()
    assert.match(made, /^[0-9a-f]{64}$/)
    assert.strictEqual((yield* fs.stat(file)).mode & 0o777, 0o600)
    assert.isTrue(yield* accepts(directory, made))
    assert.strictEqual((yield* fs.readFileString(file)).trim(), made)
    assert.isFalse(yield* accepts(directory, made.slice(1)))
  }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
)

it.effect("a file that holds no token lets nobody in", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    for (const content of ["", "short", "two words of some length"]) {
      yield* fs.writeFileString(`${directory}/admin-token`, content)
      assert.isFalse(yield* accepts(directory, content))
      assert.isFalse(yield* accepts(directory, ""))
    }
    yield* fs.remove(`${directory}/admin-token`)
    yield* fs.makeDirectory(`${directory}/admin-token`)
    assert.isFalse(yield* accepts(directory, ""))
  }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
)
