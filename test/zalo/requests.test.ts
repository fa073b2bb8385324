import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { pollTimeout, timeouts } from "../../src/zalo/timeouts.ts"
import type { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import type { ZaloError } from "../../src/zalo/ZaloError.ts"
import { answering, botWith, token } from "./stub.ts"

describe("what is asked", () => {
  it.effect("is JSON, posted to the token's own path", () =>
    Effect.gen(function* () {
      const { api, seen } = yield* answering(
        200,
        { ok: true, result: { id: "1", url: "https://a.test" } },
        "https://zalo.test//"
      )
      yield* api.getMe
      yield* api.getUpdates(Duration.millis(29_500))
      yield* api.setWebhook({ url: "https://a.test/hook", secret: Redacted.make("12345678") })
      yield* api.testWebhook
      yield* api.deleteWebhook
      yield* api.getWebhookInfo
      yield* api.sendMessage({ chat: "c", text: "xin chào" })
      yield* api.sendMessage({ chat: "c", text: "xin chào", styles: [{ start: 0, len: 3, st: ["b", "c_db342e"] }] })
      yield* api.sendMessage({ chat: "c", text: "**xin chào**", parseMode: "markdown" })
      yield* api.sendPhoto({ chat: "c", photo: "https://a.test/p.jpg" })
      yield* api.sendPhoto({ chat: "c", photo: "https://a.test/p.jpg", caption: "" })
      yield* api.sendSticker({ chat: "c", sticker: "s" })
      yield* api.sendVoice({ chat: "c", voiceUrl: "https://a.test/v.aac" })
      yield* api.sendChatAction({ chat: "c", action: "typing" })
      const asked = seen.map(({ url, body }) => [url.replace(`https://zalo.test/bot${token}/`, ""), body])
      assert.deepStrictEqual(asked, [
        ["getMe", {}],
        ["getUpdates", { timeout: 30 }],
        ["setWebhook", { url: "https://a.test/hook", secret_token: "12345678" }],
        ["testWebhook", {}],
        ["deleteWebhook", {}],
        ["getWebhookInfo", {}],
        ["sendMessage", { chat_id: "c", text: "xin chào" }],
        ["sendMessage", { chat_id: "c", text: "xin chào", text_styles: [{ start: 0, len: 3, st: ["b", "c_db342e"] }] }],
        ["sendMessage", { chat_id: "c", text: "**xin chào**", parse_mode: "markdown" }],
        ["sendPhoto", { chat_id: "c", photo: "https://a.test/p.jpg" }],
        ["sendPhoto", { chat_id: "c", photo: "https://a.test/p.jpg", caption: "" }],
        ["sendSticker", { chat_id: "c", sticker: "s" }],
        ["sendVoice", { chat_id: "c", voice_url: "https://a.test/v.aac" }],
        ["sendChatAction", { chat_id: "c", action: "typing" }]
      ])
      for (const { method, headers } of seen) {
        assert.strictEqual(method, "POST")
        assert.strictEqual(headers["content-type"], "application/json")
        assert.notProperty(headers, "traceparent")
        assert.notProperty(headers, "b3")
      }
    }).pipe(Effect.withSpan("a traced program"))
  )
})

describe("an answer that does not come", () => {
  const waits: ReadonlyArray<
    readonly [
      name: string,
      after: Duration.Duration,
      call: (api: ZaloApi["Service"]) => Effect.Effect<unknown, ZaloError>
    ]
  > = [
    ["getMe", Duration.seconds(30), (api) => api.getMe],
    ["sendMessage", timeouts.sendMessage, (api) => api.sendMessage({ chat: "c", text: "t" })],
    ["sendPhoto", Duration.seconds(150), (api) => api.sendPhoto({ chat: "c", photo: "https://a.test" })],
    ["sendChatAction", Duration.seconds(5), (api) => api.sendChatAction({ chat: "c", action: "typing" })]
  ]
  for (const [name, after, call] of waits) {
    it.effect(`is unclear: ${name} after ${Duration.format(after)}`, () =>
      Effect.gen(function* () {
        const { api } = yield* botWith(() => Effect.never)
        const fiber = yield* Effect.forkChild(Effect.flip(call(api)).pipe(Effect.delay(1)))
        yield* TestClock.adjust(after)
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust(1)
        const error = yield* Fiber.join(fiber)
        assert.deepInclude(error.reason, { _tag: "Unclear", why: "timeout" })
        assert.deepStrictEqual([error.explicit, error.send, error.poll], [false, "unknown", "retry"])
      })
    )
  }

  it.effect("of a poll is nothing new, 10 s after the poll's own end", () =>
    Effect.gen(function* () {
      const { api } = yield* botWith(() => Effect.never)
      const fiber = yield* Effect.forkChild(api.getUpdates(Duration.seconds(30)).pipe(Effect.delay(1)))
      yield* TestClock.adjust("40 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(yield* Fiber.join(fiber), Option.none())
      assert.strictEqual(Duration.toSeconds(pollTimeout(Duration.seconds(30))), 40)
    })
  )
})
