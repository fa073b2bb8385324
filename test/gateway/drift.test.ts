import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { FakeZalo, TestGateway } from "zalo-effect/testing"
import { DriftSamples } from "../../src/journal/DriftSamples.ts"

/** What another process reads of it. */
const samples = Effect.flatMap(DriftSamples, (kept) => kept.list("default")).pipe(
  Effect.map((all) => all.map(({ kind, name, count, sample }) => ({ kind, name, count, sample: JSON.parse(sample) }))),
  Effect.provide(DriftSamples.layerSql)
)

describe.each(["polling", "webhook"] as const)("over %s", (transport) => {
  it.effect("a running gateway keeps the shape of what Zalo never sent before, and answers all the same", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const lan = zalo.user("Lan")
      yield* lan.says("chào")
      assert.strictEqual(yield* lan.hears, "chào")
      assert.deepStrictEqual(yield* samples, [])

      yield* zalo.emulator.fault({
        kind: "error",
        method: "sendMessage",
        code: 461,
        description: "who knows",
        times: 1
      })
      yield* lan.says("còn đó không?")
      yield* zalo.emulator.injectEvent("message.poll.received", { poll: { title: "Ăn gì?" } })
      yield* zalo.emulator.injectRaw({
        event_name: "message.text.received",
        message: {
          message_id: "m-new",
          date: 1,
          text: "mới",
          link: "https://a.test",
          from: { id: lan.id, is_bot: false, display_name: "Lan" },
          chat: { id: lan.id, chat_type: "PRIVATE" }
        }
      })
      assert.strictEqual(yield* lan.hears, "mới")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* samples, [
        {
          kind: "code",
          name: "sendMessage.461",
          count: 1,
          sample: { ok: "boolean", description: "string(9)", error_code: "number" }
        },
        {
          kind: "event",
          name: "message.poll.received",
          count: 1,
          sample: { event_name: "string(21)", message: { poll: { title: "string(6)" } } }
        },
        {
          kind: "field",
          name: "message.link",
          count: 1,
          sample: {
            event_name: "string(21)",
            message: {
              message_id: "string(5)",
              date: "number",
              text: "string(3)",
              link: "string(14)",
              from: { id: `string(${lan.id.length})`, is_bot: "boolean", display_name: "string(3)" },
              chat: { id: `string(${lan.id.length})`, chat_type: "string(7)" }
            }
          }
        }
      ])
    }).pipe(Effect.provide(TestGateway.layer({ transport, dmPolicy: "open" })))
  )
})
