import { existsSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { cli, cliJson, configureBot, makePlace, serve, startZalo, stop } from "./harness.ts"

it.live("a gateway says where it listens, and the command line reaches it there", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, "polling", { dmPolicy: "open", allowFrom: ["*"] })
    const none = yield* cliJson(place, ["config", "reload"])
    assert.deepStrictEqual([none.code, none.json.error.code], [1, "not-running"])

    const gateway = yield* serve(place)
    const file = join(place.folder, "data", "gateway.json")
    assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    const written = JSON.parse(readFileSync(file, "utf8"))
    assert.deepInclude(written, { url: place.url, pid: gateway.pid })

    const reloaded = yield* cliJson(place, ["config", "reload"])
    assert.deepStrictEqual([reloaded.code, reloaded.json.ok, reloaded.json.file], [0, true, place.config])
    yield* configureBot(place, zalo, "polling", { dmPolicy: "opne" })
    const refused = yield* cli(place, ["config", "reload"])
    assert.strictEqual(refused.code, 2)
    assert.include(refused.err, "dmPolicy")

    yield* stop(gateway)
    assert.isFalse(existsSync(file))
  }).pipe(Effect.scoped)
)

it.live("the admin API is there for who has the token of the data directory", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, "polling", { dmPolicy: "open", allowFrom: ["*"] })
    const lan = yield* zalo.addUser("Lan")
    yield* serve(place)
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "chào" } })
    yield* zalo.awaitSent(lan.id, 0)
    const token = readFileSync(join(place.folder, "data", "admin-token"), "utf8").trim()
    const ask = (path: string, init: RequestInit = {}) =>
      Effect.promise(async () => {
        const response = await fetch(`${place.url}${path}`, {
          ...init,
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }
        })
        return { status: response.status, body: JSON.parse(await response.text()) }
      })

    assert.strictEqual((yield* Effect.promise(() => fetch(`${place.url}/v1/status`))).status, 401)
    assert.isTrue((yield* ask("/v1/status")).body.ready)
    const sent = yield* ask("/v1/messages", {
      method: "POST",
      body: JSON.stringify({ chat: lan.id, text: "Mai đây", wait: 20 })
    })
    assert.deepStrictEqual([sent.status, sent.body.state], [200, "sent"])
    assert.strictEqual((yield* zalo.awaitSent(lan.id, 1)).text, "Mai đây")
    const large = yield* ask("/v1/messages", { method: "POST", body: "x".repeat(16 * 1_048_576 + 1) })
    assert.deepStrictEqual([large.status, large.body.error.code], [413, "too-large"])
    assert.strictEqual((yield* ask(`/v1/queue/${encodeURIComponent(sent.body.id)}`)).body.state, "sent")
  }).pipe(Effect.scoped)
)
