import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { configureBot, makePlace, rows, serve, soon, startZalo, webhookSecret } from "./harness.ts"

const body = (id: string, chat: string, words: string) => ({
  event_name: "message.text.received",
  message: {
    message_id: id,
    text: words,
    from: { id: chat, display_name: "Lan", is_bot: false },
    chat: { id: chat, chat_type: "PRIVATE" }
  }
})

const setUp = Effect.gen(function* () {
  const { url, zalo } = yield* startZalo({ switches: { strangers: "accepted" } })
  const place = yield* makePlace(url)
  yield* configureBot(place, zalo, "webhook", { dmPolicy: "open", allowFrom: ["*"] })
  const lan = yield* zalo.addUser("Lan")
  const gateway = yield* serve(place)
  const post = (path: string, value: unknown, headers: Record<string, string> = {}, method = "POST") =>
    soon(
      `${method} ${path}`,
      Effect.promise(async () => {
        const response = await fetch(place.url + path, {
          method,
          headers: { "content-type": "application/json", "x-bot-api-secret-token": webhookSecret, ...headers },
          ...(value === undefined ? {} : { body: typeof value === "string" ? value : JSON.stringify(value) })
        })
        return { status: response.status, text: await response.text(), allow: response.headers.get("allow") }
      })
    )
  return { gateway, lan, place, post, zalo }
})

it.live("the webhook's path counts in any case and with a slash at its end", () =>
  Effect.gen(function* () {
    const { lan, post, zalo } = yield* setUp
    for (const [index, path] of ["/zalo", "/ZALO", "/zalo/", "/ZaLo/?from=proxy"].entries()) {
      const answer = yield* post(path, body(`m-${index}`, lan.id, path))
      assert.deepStrictEqual([answer.status, JSON.parse(answer.text)], [200, { message: "Success" }])
      assert.strictEqual((yield* soon("its echo", zalo.awaitSent(lan.id, index))).text, path)
    }
    assert.strictEqual((yield* post("/zalo/more", body("m-9", lan.id, "?"))).status, 404)
    assert.strictEqual((yield* post("/elsewhere", body("m-9", lan.id, "?"))).status, 404)
  })
)

it.live("a wrong secret, method, type or body is refused without a row", () =>
  Effect.gen(function* () {
    const { lan, place, post } = yield* setUp
    const good = body("m-1", lan.id, "?")
    assert.strictEqual((yield* post("/zalo", good, { "x-bot-api-secret-token": "wrong" })).status, 401)
    assert.strictEqual((yield* post("/zalo", good, { "x-bot-api-secret-token": `${webhookSecret}x` })).status, 401)
    const get = yield* post("/zalo", undefined, {}, "GET")
    assert.deepStrictEqual([get.status, get.allow], [405, "POST"])
    assert.strictEqual((yield* post("/zalo", good, { "content-type": "text/plain" })).status, 415)
    assert.strictEqual((yield* post("/zalo", "{ not json")).status, 400)
    assert.strictEqual((yield* post("/zalo", [good])).status, 400)
    assert.strictEqual((yield* post("/zalo", `"${"x".repeat(1_048_577)}"`)).status, 413)
    assert.deepStrictEqual(rows(place, "SELECT * FROM inbox"), [])
    // Zalo's probe brings nothing, not even the secret.
    const probe = yield* post("/zalo", undefined, { "x-bot-api-secret-token": "" })
    assert.strictEqual(probe.status, 200)
    assert.deepStrictEqual(rows(place, "SELECT * FROM inbox"), [])
  })
)

it.live("after twenty wrong secrets a stranger is told 429, and whoever knows the secret still gets in", () =>
  Effect.gen(function* () {
    const { lan, post, zalo } = yield* setUp
    const statuses = yield* Effect.forEach(Array.from({ length: 22 }), () =>
      Effect.map(post("/zalo", body("m-1", lan.id, "?"), { "x-bot-api-secret-token": "wrong" }), ({ status }) => status)
    )
    assert.deepStrictEqual(statuses, [...Array.from({ length: 20 }, () => 401), 429, 429])
    assert.strictEqual((yield* post("/zalo", body("m-2", lan.id, "vẫn vào"))).status, 200)
    assert.strictEqual((yield* soon("its echo", zalo.awaitSent(lan.id, 0))).text, "vẫn vào")
  })
)

it.live("a delivery that comes again, bare or wrapped, is acknowledged and answered once", () =>
  Effect.gen(function* () {
    const { lan, place, post, zalo } = yield* setUp
    const twice = body("m-1", lan.id, "một lần thôi")
    for (const each of [twice, twice, { ok: true, result: twice }]) {
      assert.strictEqual((yield* post("/zalo", each)).status, 200)
    }
    yield* zalo.set({ duplicates: 2, webhookBody: "wrapped" })
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "hai" } })
    yield* post("/zalo", body("m-3", lan.id, "ba"))
    yield* soon("the last echo", zalo.awaitSent(lan.id, 2))
    assert.sameMembers(
      (yield* zalo.hears(lan.id)).map((one) => one.text),
      ["một lần thôi", "hai", "ba"]
    )
    const [first] = rows(place, "SELECT state, duplicates FROM inbox WHERE message_id = 'm-1'")
    assert.deepStrictEqual(first, { state: "done", duplicates: 2 })
  })
)

it.live("two bots share one path and are told apart by their secrets", () =>
  Effect.gen(function* () {
    const second = "1459232241454765289:other"
    const { url, zalo } = yield* startZalo({
      bots: [{ token: "4055584533866160964:e2e-secret-part" }, { token: second, displayName: "Bot Hai" }]
    })
    const place = yield* makePlace(url)
    const accounts = { hai: { botToken: second, webhookSecret: "the-second-bot's-secret" } }
    yield* configureBot(place, zalo, "webhook", { dmPolicy: "open", allowFrom: ["*"], accounts })
    yield* serve(place)
    const lan = yield* zalo.addUser("Lan")
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "to the first" } })
    yield* zalo.inject({ chat: lan.id, bot: "1459232241454765289", message: { kind: "text", text: "to the second" } })
    const one = yield* soon("the first bot's echo", zalo.awaitSent(lan.id, 0))
    const two = yield* soon("the second bot's echo", zalo.awaitSent(lan.id, 0, { bot: "1459232241454765289" }))
    assert.deepStrictEqual([one.text, two.text], ["to the first", "to the second"])
    assert.deepStrictEqual(rows(place, "SELECT account FROM inbox ORDER BY account"), [
      { account: "default" },
      { account: "hai" }
    ])
  })
)
