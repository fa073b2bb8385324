import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import {
  cliJson,
  configureBot,
  makePlace,
  ready,
  readiness,
  rows,
  serve,
  soon,
  start,
  startZalo,
  stop,
  token,
  until
} from "./harness.ts"

const open = { dmPolicy: "open", allowFrom: ["*"] }

const setUp = Effect.gen(function* () {
  const { url, zalo } = yield* startZalo({ switches: { strangers: "accepted" } })
  return { zalo, place: yield* makePlace(url) }
})

it.live("with --json stdout is one value, however much there is to log", () =>
  Effect.gen(function* () {
    const { place, zalo } = yield* setUp
    yield* configureBot(place, zalo, "polling", open)
    const gateway = yield* start(place, ["serve", "--json"])
    yield* ready(place, gateway)
    assert.strictEqual((yield* stop(gateway)).code, 0)
    assert.deepStrictEqual(JSON.parse(gateway.out()), { ok: true, url: place.url })
    assert.match(gateway.err(), /level=WARN .*no agent is configured/)
  })
)

it.live("the status that a command reads is the one that the gateway has", () =>
  Effect.gen(function* () {
    const { place, zalo } = yield* setUp
    yield* configureBot(place, zalo, "polling", open)
    yield* serve(place)
    const { json } = yield* cliJson(place, ["channels", "status"])
    assert.deepInclude(json.accounts[0], { account: "default", ready: true, reason: null })
  })
)

it.live("a send beside a gateway whose token is refused says so, and does not wait for ever", () =>
  Effect.gen(function* () {
    const { place, zalo } = yield* setUp
    yield* configureBot(place, zalo, "polling", { ...open, botToken: `${token}-reset` })
    const gateway = yield* start(place, ["serve"])
    yield* until(
      "stopped",
      Effect.map(readiness(place), (now) => now?.accounts["default"]?.reason?.includes("401") === true),
      gateway.printed
    )
    const began = yield* Clock.currentTimeMillis
    const { code, json } = yield* cliJson(place, ["message", "send", "--target", "6ede", "--message", "hi"])
    assert.deepStrictEqual([code, json.ok, json.error.code, json.messageIds], [1, false, "unauthorized", []])
    assert.isBelow((yield* Clock.currentTimeMillis) - began, 10_000)
    assert.deepStrictEqual(
      rows(place, "SELECT state FROM outbox").map(({ state }) => state),
      ["queued"]
    )
  })
)

it.live("a picture that is refused fails the send, which names the message that took its words", () =>
  Effect.gen(function* () {
    const { place, zalo } = yield* setUp
    yield* configureBot(place, zalo, "polling", open)
    yield* zalo.fault({ kind: "error", method: "sendPhoto", code: 400, description: "Bad request: no such picture" })
    const send = ["message", "send", "--target", "6ede", "--media", "https://pictures.example/a.png", "--message", "hi"]
    for (const running of [false, true]) {
      if (running) yield* serve(place)
      const { code, json } = yield* cliJson(place, send)
      const words = yield* soon("the words", zalo.awaitSent("6ede", running ? 1 : 0))
      assert.strictEqual(words.text, "hi")
      assert.deepStrictEqual([code, json.ok, json.error.code, json.messageIds], [1, false, "refused", [words.id]])
    }
  })
)

it.live("a second sandbox says that one is running, and resets nothing under it", () =>
  Effect.gen(function* () {
    const place = yield* makePlace("http://127.0.0.1:9")
    const sandbox = yield* start(place, ["sandbox", "--port", "0"])
    yield* until(
      "ready",
      Effect.sync(() => sandbox.out().includes("ready as")),
      sandbox.printed
    )
    for (const flags of [[], ["--reset"]]) {
      const { code, json } = yield* cliJson(place, ["sandbox", "--port", "0", ...flags])
      assert.deepStrictEqual([code, json.ok, json.error.code], [1, false, "lease-held"])
      assert.include(json.error.message, String(sandbox.pid))
    }
    assert.isTrue(existsSync(join(place.folder, "data", "sandbox", "zalo-effect.db")))
    assert.strictEqual((yield* stop(sandbox)).code, 0)
  })
)

it.live("a Ctrl-C that arrives twice still lets a turn end; a second one later does not wait", () =>
  Effect.gen(function* () {
    const { place, zalo } = yield* setUp
    const slow = `process.stdin.resume().on("end", () => setTimeout(() => console.log("late"), 1500))`
    yield* configureBot(place, zalo, "webhook", open, {
      agent: { type: "command", command: ["node", "-e", slow] },
      gateway: { stopLimit: "10s" }
    })
    const lan = yield* zalo.addUser("Lan")
    const begun = Effect.map(zalo.calls, (calls) => calls.filter(({ method }) => method === "sendChatAction").length)
    for (const [turn, wait] of [0, 700].entries()) {
      const gateway = yield* serve(place)
      yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "?" } })
      yield* until(
        "the turn",
        Effect.map(begun, (count) => count > turn)
      )
      gateway.signal("SIGINT")
      yield* Effect.sleep(wait)
      gateway.signal("SIGINT")
      assert.strictEqual((yield* soon("its end", gateway.ended)).code, 0)
      assert.strictEqual((yield* zalo.hears(lan.id)).length, 1, gateway.printed())
    }
    assert.deepStrictEqual(rows(place, "SELECT state FROM inbox ORDER BY seq"), [
      { state: "done" },
      { state: "pending" }
    ])
  })
)
