import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge, Gateway } from "zalo-effect"
import { EmulatedZalo, FakeZalo, TestGateway } from "zalo-effect/testing"

const calls = (method: string) =>
  Effect.map(
    EmulatedZalo.use((zalo) => zalo.calls),
    (all) => all.filter((call) => call.method === method).length
  )

describe("settings of an account that change while it runs", () => {
  it.effect("a policy counts for the next message, and nothing else is touched", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const lan = zalo.user("Lan")
      yield* lan.says("một")
      assert.strictEqual(yield* lan.hears, "một")
      const before = yield* calls("getMe")
      yield* TestGateway.reconfigure({ dmPolicy: "disabled" })
      yield* lan.says("hai")
      yield* TestGateway.reconfigure({ dmPolicy: "open" })
      yield* lan.says("ba")
      assert.strictEqual(yield* lan.hears, "ba")
      assert.strictEqual(yield* calls("getMe"), before, "the transport went on")
    }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open" })))
  )

  it.effect("how replies look counts for the next reply", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const lan = zalo.user("Lan")
      yield* TestGateway.reconfigure({ responsePrefix: "[bot]" })
      yield* lan.says("chào")
      assert.match(yield* lan.hears, /^\[bot\]\s*chào$/)
    }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open" })))
  )

  it.effect("from polling to the webhook and back, each message is answered once", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const gateway = yield* Gateway
      const lan = zalo.user("Lan")
      const heard: Array<string> = []
      const talk = Effect.fnUntraced(function* (text: string) {
        yield* lan.says(text)
        heard.push(yield* lan.hears)
      })
      yield* talk("1")
      yield* TestGateway.reconfigure({ transport: "webhook" })
      yield* talk("2")
      yield* TestClock.adjust("31 seconds")
      yield* talk("3")
      assert.strictEqual((yield* gateway.reports)[0]?.transport, "webhook")
      assert.isTrue((yield* gateway.reports)[0]?.ready)
      yield* TestGateway.reconfigure({ transport: "polling" })
      yield* talk("4")
      yield* TestClock.adjust("31 seconds")
      yield* talk("5")
      assert.strictEqual((yield* gateway.reports)[0]?.transport, "polling")
      assert.deepStrictEqual(heard, ["1", "2", "3", "4", "5"])
    }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open", agent: AgentBridge.layerEcho })))
  )

  it.effect("a token that Zalo refuses for a while is tried again, and what waits is sent then", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const gateway = yield* Gateway
      const lan = zalo.user("Lan")
      yield* lan.says("một")
      assert.strictEqual(yield* lan.hears, "một")
      yield* EmulatedZalo.use((emulator) =>
        emulator.fault({ kind: "error", code: 401, description: "Unauthorized", method: "getUpdates", times: 1 })
      )
      yield* lan.says("hai")
      yield* TestClock.adjust("31 seconds")
      const [report] = yield* gateway.reports
      assert.deepInclude(report, { ready: false, stopped: true })
      assert.deepInclude(report?.trouble, { kind: "token-refused", class: "operator" })
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* lan.hears, "hai")
      yield* lan.says("ba")
      assert.strictEqual(yield* lan.hears, "ba")
      assert.deepInclude((yield* gateway.reports)[0], { ready: true, stopped: false, trouble: null })
    }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open" })))
  )
})
