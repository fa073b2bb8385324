import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  cli,
  cliJson,
  configureBot,
  makePlace,
  readiness,
  rows,
  serve,
  soon,
  startZalo,
  stop,
  token,
  until,
  webhookSecret,
  type Zalo
} from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const

const newcomer = Effect.fnUntraced(function* (transport: "polling" | "webhook") {
  const { url, zalo } = yield* startZalo()
  const place = yield* makePlace(url)
  yield* configureBot(place, zalo, transport)
  const lan = yield* zalo.addUser("Lan")
  return { lan, place, zalo }
})

const codeIn = (challenge: string): string => /^[A-HJ-NP-Z2-9]{8}$/m.exec(challenge)?.[0] ?? "no code"

/** Nothing came after what was heard: a message of somebody else, sent later, was answered. */
const heardSoFar = (zalo: Zalo, chat: string) => Effect.map(zalo.hears(chat), (sent) => sent.map((one) => one.text))

describe.each(["polling", "webhook"] as const)("over %s", (transport) => {
  it.live("a newcomer pairs while serve runs, is echoed in order, and is shut out again at once", () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* newcomer(transport)
      const gateway = yield* serve(place)

      // A stranger gets a code, once.
      yield* zalo.inject({ chat: lan.id, message: text("xin chào") })
      const challenge = yield* soon("the challenge", zalo.awaitSent(lan.id, 0))
      const code = codeIn(challenge.text)
      assert.include(challenge.text, lan.id)
      assert.include(challenge.text, `pairing approve ${code}`)

      const list = yield* cliJson(place, ["pairing", "list"])
      const [request] = list.json.requests
      assert.deepStrictEqual(Object.keys(request).toSorted(), [
        "account",
        "code",
        "createdAt",
        "displayName",
        "expiresAt",
        "senderId"
      ])
      assert.deepInclude(request, { account: "default", senderId: lan.id, displayName: "Lan", code })
      assert.closeTo(Date.parse(request.expiresAt) - Date.parse(request.createdAt), 3_600_000, 5_000)

      // Another process approves; the running gateway tells her and lets her in.
      const approved = yield* cliJson(place, ["pairing", "approve", "zalo", code.toLowerCase()])
      assert.deepStrictEqual([approved.code, approved.json.senderId, approved.json.notified], [0, lan.id, true])
      const told = yield* soon("the news of her approval", zalo.awaitSent(lan.id, 1))
      assert.include(told.text, "Bạn đã được duyệt")
      for (const words of ["một", "hai", "ba", "bốn"]) yield* zalo.inject({ chat: lan.id, message: text(words) })
      yield* soon("four echoes", zalo.awaitSent(lan.id, 5))
      assert.deepStrictEqual((yield* heardSoFar(zalo, lan.id)).slice(2), ["một", "hai", "ba", "bốn"])
      assert.deepStrictEqual((yield* cliJson(place, ["pairing", "list"])).json, { requests: [] })

      // Revoked: the next message is a stranger's.
      assert.strictEqual((yield* cli(place, ["pairing", "revoke", lan.id])).code, 0)
      yield* zalo.inject({ chat: lan.id, message: text("còn đó không?") })
      const again = yield* soon("a new challenge", zalo.awaitSent(lan.id, 6))
      assert.notStrictEqual(codeIn(again.text), "no code")
      assert.notStrictEqual(codeIn(again.text), code)

      const ended = yield* stop(gateway)
      assert.deepStrictEqual([ended.code, ended.signal], [0, null], ended.err)
      assert.notInclude(gateway.printed(), "secret-part")
      assert.notInclude(gateway.printed(), webhookSecret)
      assert.deepStrictEqual(rows(place, "SELECT state, COUNT(*) AS n FROM inbox GROUP BY state ORDER BY state"), [
        { state: "done", n: 4 },
        { state: "ignored", n: 2 }
      ])
    })
  )

  it.live("every kind of message is taken; what echo has no words for is done without a reply", () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* newcomer(transport)
      yield* configureBot(place, zalo, transport, { dmPolicy: "open", allowFrom: ["*"] })
      yield* serve(place)
      const photo = "https://photos.example.test/1.jpg"
      yield* zalo.inject({ chat: lan.id, message: { kind: "sticker", sticker: "5a1c0d2e3f4b5c6d7e8f" } })
      yield* zalo.inject({ chat: lan.id, message: { kind: "voice", url: "https://voices.example.test/1.aac" } })
      yield* zalo.inject({ chat: lan.id, message: { kind: "photo", url: photo } })
      yield* zalo.inject({ chat: lan.id, message: { kind: "unsupported" } })
      yield* zalo.inject({ chat: lan.id, message: { kind: "photo", url: photo, caption: "nhìn này" } })
      yield* zalo.inject({ chat: lan.id, message: text("hết") })
      yield* soon("the last echo", zalo.awaitSent(lan.id, 1))
      assert.deepStrictEqual(yield* heardSoFar(zalo, lan.id), ["nhìn này", "hết"])
      assert.deepStrictEqual(
        rows(place, "SELECT state, reason FROM inbox ORDER BY seq").map(({ state, reason }) => `${state} ${reason}`),
        ["done no-reply", "done no-reply", "done no-reply", "done no-reply", "done null", "done null"]
      )
    })
  )

  it.live("malformed updates between good ones are kept with a reason and hold nobody up", () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* newcomer(transport)
      yield* configureBot(place, zalo, transport, { dmPolicy: "open", allowFrom: ["*"] })
      const gateway = yield* serve(place)
      const from = { id: lan.id, display_name: "Lan", is_bot: false }
      const chat = { id: lan.id, chat_type: "PRIVATE" }
      yield* zalo.inject({ chat: lan.id, message: text("1") })
      yield* zalo.injectRaw(
        { event_name: "message.text.received", message: { message_id: "bad-1", from, chat, text: { no: "text" } } },
        { chat: lan.id }
      )
      yield* zalo.injectRaw({ event_name: "message.text.received", message: { message_id: "bad-2", text: "?" } })
      yield* zalo.injectEvent("bot.was.renamed")
      yield* zalo.injectEvent("message.poll.received", { message_id: "strange-1", from, chat })
      yield* zalo.injectRaw({})
      yield* zalo.injectRaw({ event_name: "message.text.received", message: { from, chat, text: "no id" } })
      yield* zalo.injectRaw({ event_name: 7, message: "what?" })
      yield* zalo.inject({ chat: lan.id, message: text("2") })
      yield* soon("the echo after them", zalo.awaitSent(lan.id, 1))
      assert.deepStrictEqual(yield* heardSoFar(zalo, lan.id), ["1", "2"])
      const kept = () =>
        rows(place, "SELECT state, reason, COUNT(*) AS n FROM inbox GROUP BY state, reason").map(
          ({ n, reason, state }) => `${n} ${state} ${reason}`
        )
      // An empty object is how a poll says that nothing is new; a webhook is called for something.
      const strange = transport === "polling" ? 3 : 4
      yield* until(
        "all of them are rows",
        Effect.sync(() => rows(place, "SELECT 1 FROM inbox").length === 5 + strange),
        () => `${kept().join("\n")}\n${gateway.printed()}`
      )
      assert.sameMembers(kept(), [
        "2 done null",
        "2 dead undecodable",
        "1 ignored no-id",
        `${strange} ignored unknown-event`
      ])
      assert.strictEqual((yield* readiness(place))?.status, 200)
    })
  )

  it.live("SIGTERM lets the turn under way finish, leaves the webhook alone, and exits 0", () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* newcomer(transport)
      const answer = "process.stdin.resume(); setTimeout(() => console.log('thong thả'), 900)"
      const account = {
        dmPolicy: "open",
        allowFrom: ["*"],
        agent: { type: "command", command: [process.execPath, "-e", answer] }
      }
      yield* configureBot(place, zalo, transport, account, { gateway: { stopLimit: "5s" } })
      const gateway = yield* serve(place)
      yield* zalo.inject({ chat: lan.id, message: text("đợi nhé") })
      yield* until(
        "the turn has begun",
        Effect.sync(() => rows(place, "SELECT 1 FROM inbox WHERE starts = 1").length === 1)
      )
      const ended = yield* stop(gateway)
      assert.deepStrictEqual([ended.code, ended.signal], [0, null], ended.err)
      assert.deepStrictEqual(yield* heardSoFar(zalo, lan.id), ["thong thả"])
      assert.deepStrictEqual(rows(place, "SELECT state FROM inbox"), [{ state: "done" }])
      const methods = (yield* zalo.calls).map((call) => call.method)
      assert.notInclude(methods, "deleteWebhook")
      const info = yield* zalo.answer(token, "getWebhookInfo", {})
      assert.strictEqual(info._tag === "Json" && info.body["ok"], transport === "webhook")
    })
  )
})

it.live("moving from the webhook to polling clears it at the start, and the way back registers it again", () =>
  Effect.gen(function* () {
    const { lan, place, zalo } = yield* newcomer("webhook")
    const open = { dmPolicy: "open", allowFrom: ["*"] }
    for (const [index, transport] of (["webhook", "polling", "webhook"] as const).entries()) {
      yield* configureBot(place, zalo, transport, open)
      const gateway = yield* serve(place)
      yield* zalo.inject({ chat: lan.id, message: text(transport) })
      const echo = yield* soon(`the echo over ${transport}`, zalo.awaitSent(lan.id, index))
      assert.strictEqual(echo.text, transport)
      assert.strictEqual((yield* stop(gateway)).code, 0)
      if (transport === "polling") assert.include(gateway.printed(), "bot.example.test")
    }
  })
)
