// @effect-diagnostics globalFetch:off
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { serveEmulator } from "../../src/node/sandbox-server.ts"

const token = "1:abc"
const retry = Schedule.spaced("10 millis")

const outcome = (url: string, init?: RequestInit): Promise<string> =>
  fetch(url, init).then(
    (response) =>
      response.text().then(
        () => `answered ${response.status}`,
        () => `cut after the head ${response.status}`
      ),
    () => "cut"
  )

it.live("a served emulator really cuts connections, before the head and inside the body", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* serveEmulator({ bots: [{ token }], switches: { strangers: "accepted" } })
    yield* zalo.fault({ kind: "drop", times: 1 })
    yield* zalo.fault({ kind: "drop", taken: true, times: 1 })
    yield* zalo.fault({ kind: "tear", taken: true, times: 1, share: 0 })
    yield* zalo.fault({ kind: "tear", taken: true, times: 1 })
    const send = Effect.promise(() => outcome(`${url}/bot${token}/sendMessage?chat_id=c&text=x`))
    const outcomes = [yield* send, yield* send, yield* send, yield* send, yield* send]
    assert.deepStrictEqual(outcomes.slice(0, 2), ["cut", "cut"])
    assert.match(outcomes[3] ?? "", /^cut/)
    assert.match(outcomes[2] ?? "", /^cut/)
    assert.strictEqual(outcomes[4], "answered 200")
    assert.deepStrictEqual(
      (yield* zalo.calls).map(({ answer, taken }) => [answer?._tag, taken]),
      [
        ["Dropped", false],
        ["Dropped", true],
        ["Torn", true],
        ["Torn", true],
        ["Json", true]
      ]
    )
  }).pipe(Effect.scoped)
)

it.live("a client that leaves a hung call is seen leaving, and a waiting poll gives its place back", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* serveEmulator({ bots: [{ token }] })
    const lan = yield* zalo.addUser("Lan")
    const leave = AbortSignal.timeout(100)
    const left = yield* Effect.promise(() => outcome(`${url}/bot${token}/getUpdates?timeout=30`, { signal: leave }))
    assert.strictEqual(left, "cut")
    yield* Effect.gen(function* () {
      const [call] = yield* zalo.calls
      if (call?.answer?._tag !== "Left") return yield* Effect.fail("not yet")
    }).pipe(Effect.retry({ times: 100, schedule: retry }))
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "x" } })
    assert.strictEqual(yield* zalo.pending(), 1)
  }).pipe(Effect.scoped)
)

it.live("a picture of the page can be sent by the bot, for the emulator serves what it fetches", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* serveEmulator({ bots: [{ token }], switches: { photoRefetchMs: 1 } })
    const lan = yield* zalo.addUser("Lan")
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "x" } })
    const uploaded: { readonly url: string } = yield* Effect.promise(async () => {
      const response = await fetch(`${url}/sandbox/api/uploads`, {
        method: "POST",
        headers: { "content-type": "image/png" },
        body: Uint8Array.from([137, 80, 78, 71])
      })
      return response.json()
    })
    assert.match(uploaded.url, /^http:\/\/127\.0\.0\.1:\d+\/sandbox\/media\/1\.png$/)
    const reply = yield* zalo.answer(token, "sendPhoto", { chat_id: lan.id, photo: uploaded.url })
    assert(reply._tag === "Json")
    assert.strictEqual(reply.body["ok"], true)
    assert.deepInclude((yield* zalo.hears(lan.id))[0], { kind: "photo", url: uploaded.url })
  }).pipe(Effect.scoped)
)
