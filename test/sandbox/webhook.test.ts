import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { layerInProcess } from "../../src/sandbox/inProcess.ts"
import { Network } from "../../src/sandbox/Network.ts"
import type { EmulatedZaloOptions } from "../../src/sandbox/Zalo.ts"
import { EmulatedZalo } from "../../src/sandbox/Zalo.ts"

const token = "1:abc"
const origin = "https://bot.example.test"

/** What reached the bot: when, and about which text. */
const heard: Array<readonly [at: number, text: unknown]> = []
let status = 200

const bot = HttpRouter.add(
  "POST",
  "/hook",
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const body = yield* request.text
    if (body !== "") heard.push([yield* Clock.currentTimeMillis, JSON.parse(body).message?.text])
    return HttpServerResponse.empty({ status })
  })
)

const layer = (options: EmulatedZaloOptions) =>
  HttpRouter.serve(bot, { disableListenLog: true, disableLogger: true }).pipe(
    Layer.provide(Network.layerServer(origin)),
    Layer.provideMerge(layerInProcess({ bots: [{ token }], ...options })),
    Layer.provideMerge(
      Layer.effectDiscard(
        Effect.sync(() => {
          heard.length = 0
          status = 200
        })
      )
    )
  )

const hookUp = EmulatedZalo.use((zalo) =>
  zalo.answer(token, "setWebhook", { url: `${origin}/hook`, secret_token: "12345678" })
)

it.effect("what waited for a poll is delivered once a webhook is set, in order", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    const lan = yield* zalo.addUser("Lan")
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "1" } })
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "2" } })
    yield* hookUp
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "3" } })
    yield* Effect.repeat(Effect.yieldNow, { times: 100 })
    assert.deepStrictEqual(
      heard.map(([, text]) => text),
      ["1", "2", "3"]
    )
    assert.strictEqual(yield* zalo.pending(), 0)
  }).pipe(Effect.provide(layer({})))
)

it.effect("a refused delivery is tried a few times, with growing waits, then given up", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    const lan = yield* zalo.addUser("Lan")
    yield* hookUp
    status = 503
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "x" } })
    yield* zalo.inject({ chat: "someone else", message: { kind: "text", text: "y" } })
    yield* TestClock.adjust("1 minute")
    const of = (text: string) => heard.filter(([, said]) => said === text).map(([at]) => at)
    assert.deepStrictEqual(
      [of("x"), of("y")],
      [
        [0, 1000, 3000],
        [0, 1000, 3000]
      ]
    )
    const tries = (yield* zalo.deliveries).filter(({ chat }) => chat === lan.id)
    assert.deepStrictEqual(
      tries.map(({ attempt, kind, status }) => [kind, attempt, status]),
      [
        ["update", 1, 503],
        ["update", 2, 503],
        ["update", 3, 503]
      ]
    )
  }).pipe(Effect.provide(layer({ switches: { webhookRetries: 2 } })))
)

it.effect("a bot that cannot be reached shows in the verification and in the deliveries", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    yield* Network.use((network) => network.unplug(origin))
    const reply = yield* hookUp
    assert(reply._tag === "Json")
    assert.deepInclude(reply.body["result"], { url: `${origin}/hook` })
    assert.include(JSON.stringify(reply.body), `"outcome":"webhook.err.unreachable"`)
    assert.deepInclude((yield* zalo.deliveries)[0], { kind: "probe", status: undefined, error: "unreachable" })
  }).pipe(Effect.provide(layer({})))
)

it.effect("polls that wait are told when a webhook is set", () =>
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    const poll = yield* Effect.forkChild(zalo.answer(token, "getUpdates", { timeout: 30 }))
    yield* Effect.yieldNow
    yield* hookUp
    yield* Effect.yieldNow
    const exit = poll.pollUnsafe()
    assert.include(JSON.stringify(exit), "while a webhook is set")
  }).pipe(Effect.provide(layer({})))
)
