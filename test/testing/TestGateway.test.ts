import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge, AgentError, Gateway, Pairing, ZaloConfig } from "zalo-effect"
import { FakeZalo, Network, pairingCode, TestGateway } from "zalo-effect/testing"

it.effect("a code is worth nothing after an hour", () =>
  Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const lan = zalo.user("Lan")
    const code = yield* lan.says("chào").pipe(Effect.andThen(lan.hears), Effect.map(pairingCode))
    yield* TestClock.adjust("1 hour")
    assert.strictEqual((yield* Pairing.use((desk) => desk.approve(code)).pipe(Effect.flip)).reason._tag, "Expired")
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "pairing" })))
)

it.effect("a millisecond before the hour it is still worth something", () =>
  Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    yield* lan.says("chào")
    // Nobody has listened yet: the hour begins with the message all the same.
    yield* TestClock.adjust("3599999 millis")
    const code = pairingCode(yield* lan.hears)
    assert.strictEqual((yield* Pairing.use((desk) => desk.approve(code))).senderId, lan.id)
  }).pipe(Effect.provide(TestGateway.layer()))
)

describe.each(["polling", "webhook"] as const)("over %s", (transport) => {
  it.effect("who is approved is told so at once, and echoed in order from then on", () =>
    Effect.gen(function* () {
      const lan = (yield* FakeZalo).user("Lan")
      yield* lan.says("chào")
      const code = pairingCode(yield* lan.hears)
      yield* lan.says("có ai không?")
      const approved = yield* Pairing.use((desk) => desk.approve(code.toLowerCase()))
      assert.deepStrictEqual([approved.senderId, approved.displayName, approved.notified], [lan.id, "Lan", true])
      // Not heard, but there: nothing is on its way any more.
      assert.strictEqual((yield* lan.heard).length, 2)
      assert.include(yield* lan.hears, "Bạn đã được duyệt")
      for (const words of ["một", "hai", "ba"]) yield* lan.says(words)
      assert.deepStrictEqual([yield* lan.hears, yield* lan.hears, yield* lan.hears], ["một", "hai", "ba"])
      assert.strictEqual(yield* Clock.currentTimeMillis, 0)
    }).pipe(Effect.provide(TestGateway.layer({ transport })))
  )

  it.effect("it is ready when the test begins, and says so on its own address", () =>
    Effect.gen(function* () {
      const [report] = yield* Effect.flatMap(Gateway, ({ reports }) => reports)
      assert.deepInclude(report, { account: "default", bot: "Bot Thử", transport, ready: true })
      const { client } = yield* Network
      const answer = yield* client.execute(HttpClientRequest.get(`${TestGateway.gatewayOrigin}/readyz`))
      assert.deepInclude(yield* answer.json, { ready: true })
    }).pipe(Effect.provide(TestGateway.layer({ transport })))
  )
})

const greet = AgentBridge.layerFunction((turn) => Effect.succeed(`Chào ${turn.sender.displayName}!`))
const slow = AgentBridge.layerFunction((turn) => Effect.delay(Effect.succeed(turn.message.text), "10 seconds"))

describe("the agent", () => {
  const answer = Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    yield* lan.says("xin chào")
    return yield* lan.hears
  })
  const open = { dmPolicy: "open" } as const

  it.effect("is the one that is provided", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* answer, "Chào Lan!")
    }).pipe(Effect.provide(TestGateway.layer(open).pipe(Layer.provide(greet))))
  )

  it.effect("is the option's before the one that is provided", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* answer, "Chào Lan!")
    }).pipe(Effect.provide(TestGateway.layer({ ...open, agent: greet }).pipe(Layer.provide(AgentBridge.layerNone))))
  )

  it.effect("is echo without either", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* answer, "xin chào")
    }).pipe(Effect.provide(TestGateway.layer(open)))
  )

  it.effect("may take its time: the clock says when it is done, and meanwhile others are answered", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const lan = zalo.user("Lan")
      yield* lan.says("chậm")
      yield* TestClock.adjust("5 seconds")
      const minh = zalo.user("Minh")
      yield* minh.says("cũng chậm")
      const waiting = yield* Effect.forkChild(minh.hears)
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* lan.hears, "chậm")
      assert.isUndefined(waiting.pollUnsafe())
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* Fiber.join(waiting), "cũng chậm")
    }).pipe(Effect.provide(TestGateway.layer({ ...open, agent: slow })))
  )

  it.effect("is asked again when it fails, and the sender is told when it fails for good", () => {
    let asked = 0
    const failing = AgentBridge.layerFunction(() =>
      Effect.suspend(() => {
        asked++
        return Effect.fail(new AgentError({ reason: { _tag: "Unavailable", detail: "not today" } }))
      })
    )
    return Effect.gen(function* () {
      const lan = (yield* FakeZalo).user("Lan")
      yield* lan.says("chào")
      assert.strictEqual(asked, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(asked, 2)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(asked, 3)
      assert.include(yield* lan.hears, "Please send it again")
    }).pipe(
      Effect.provide(
        TestGateway.layer({ ...open, language: "en", turns: { attempts: 3 } }).pipe(Layer.provide(failing))
      )
    )
  })
})

it.effect("in a group the bot hears who is let in", () =>
  Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const lan = zalo.user("Lan")
    const group = zalo.group("Nhóm", [lan])
    yield* group.as(lan).says("một ly")
    assert.strictEqual(yield* group.as(lan).hears, "một ly")
  }).pipe(Effect.provide(TestGateway.layer({ groupPolicy: "open" })))
)

it.effect("a send that Zalo refuses for now is made again on virtual time", () =>
  Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const lan = zalo.user("Lan")
    yield* zalo.emulator.fault({ kind: "html", status: 429, method: "sendMessage", times: 1 })
    yield* lan.says("chào")
    assert.strictEqual((yield* lan.heard).length, 0)
    yield* TestClock.adjust("2 seconds")
    assert.strictEqual(yield* lan.hears, "chào")
  }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open" })))
)

const layerTaintedEnvironment = ConfigProvider.layer(
  ConfigProvider.fromEnv({ env: { ZALO_API_URL: "http://127.0.0.1:1", ZALO_BOT_TOKEN: "1:other" } })
)

it.effect("the environment does not reach it", () =>
  Effect.gen(function* () {
    const { accounts, apiUrl } = yield* ZaloConfig
    assert.deepStrictEqual(
      accounts.map(({ id }) => id),
      ["default"]
    )
    assert.include(apiUrl, "zaloplatforms.com")
  }).pipe(Effect.provide(TestGateway.layer().pipe(Layer.provide(layerTaintedEnvironment))))
)

it.effect("an option that cannot be is a defect that names its key", () =>
  Effect.gen(function* () {
    const exit = yield* Effect.exit(Layer.build(TestGateway.layer({ pairing: { ttl: "bald" } })))
    assert.include(String(exit), "channels.zalo.pairing.ttl")
  })
)

it("a text without a code is told apart", () => {
  assert.throws(() => pairingCode("Mã ghép nối: ABCDEFGH"), /no pairing code/)
  assert.strictEqual(pairingCode("Mã:\nABCDEFG2\n\nhãy gửi"), "ABCDEFG2")
})
