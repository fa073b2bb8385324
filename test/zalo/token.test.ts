import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import { TestConsole } from "effect/testing"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import * as http from "../../src/node/http-client.ts"
import { scrubber } from "../../src/zalo/scrub.ts"
import { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import { closedPort, serving } from "./servers.ts"
import { botWith, token } from "./stub.ts"

const secret = "webhook-s3cret"
const half = token.slice(token.indexOf(":") + 1)
const encoded = encodeURIComponent(token)
const forms = [token, encoded, encoded.replace("%3A", "%3a"), half, secret]

/** Runs every method until it fails and gives everything that anybody could have seen of it. */
const everythingPrintedBy = Effect.fnUntraced(
  function* (api: ZaloApi["Service"]) {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    const calls = [
      api.getMe,
      api.getUpdates(Duration.seconds(1)),
      api.setWebhook({ url: "https://a.test", secret: Redacted.make(secret) }),
      api.testWebhook,
      api.deleteWebhook,
      api.getWebhookInfo,
      api.sendMessage({ chat: "c", text: "t" }),
      api.sendPhoto({ chat: "c", photo: "https://a.test" }),
      api.sendSticker({ chat: "c", sticker: "s" }),
      api.sendVoice({ chat: "c", voiceUrl: "https://a.test" }),
      api.sendChatAction({ chat: "c", action: "typing" })
    ]
    const printed: Array<string> = []
    for (const call of calls) {
      const exit = yield* Effect.exit(call).pipe(Effect.withTracer(tracer))
      if (Exit.isSuccess(exit)) return assert.fail("the call was meant to fail")
      yield* Effect.logError("a call failed", exit.cause)
      for (const reason of exit.cause.reasons) {
        if (!Cause.isFailReason(reason)) return assert.fail("the call was meant to fail as expected")
        yield* Console.log(reason.error)
        printed.push(
          `${reason.error.stack}`,
          reason.error.message,
          inspect(reason.error, { depth: 9, showHidden: true })
        )
      }
      printed.push(Cause.pretty(exit.cause), JSON.stringify(exit), String(exit))
    }
    assert.lengthOf(spans, calls.length)
    printed.push(...spans.map((span) => `${inspect(span, { depth: 9 })} ${JSON.stringify([...span.attributes])}`))
    printed.push(...(yield* TestConsole.logLines).map(String), ...(yield* TestConsole.errorLines).map(String))
    return printed.join("\n")
  },
  Effect.provideService(References.MinimumLogLevel, "All")
)

const hasNone = (printed: string) => {
  for (const form of forms) assert.notInclude(printed.toLowerCase(), form.toLowerCase())
}

describe("nobody sees the token", () => {
  const echo = `nothing at /bot${token}/x, /bot${encoded}/x, /bot${encoded.toLowerCase()}/x nor /bot${token.replace(":", "&#58;")}/x ${secret}`
  const bodies: ReadonlyArray<readonly [status: number, body: string]> = [
    [502, `<html><title>${echo}</title></html>`],
    [418, echo],
    [302, `${"x".repeat(290)}${token}`],
    [200, JSON.stringify({ ok: false, error_code: 418, description: echo })],
    [200, JSON.stringify({ ok: false, description: echo })],
    [200, JSON.stringify({ ok: false, error_code: 1, description: echo })]
  ]
  for (const [status, body] of bodies) {
    it.effect(`when an answer repeats it: HTTP ${status} ${body.slice(0, 24)}`, () =>
      Effect.gen(function* () {
        const { api } = yield* botWith((request) =>
          Effect.sync(() =>
            HttpClientResponse.fromWeb(
              request,
              new Response(request.url.endsWith("setWebhook") ? body : body.replace(secret, ""), { status })
            )
          )
        )
        const printed = yield* everythingPrintedBy(api)
        hasNone(printed)
        assert.include(printed, "sendMessage")
      })
    )
  }

  it.effect("when the transport fails with it in its message, or throws it", () =>
    Effect.gen(function* () {
      const failing = yield* botWith((request, url) =>
        Effect.fail(
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.TransportError({
              request,
              cause: new Error(`no ${url.href}`),
              description: url.href
            })
          })
        )
      )
      hasNone(yield* everythingPrintedBy(failing.api))
      const dying = yield* botWith((_, url) => Effect.die(new Error(url.href)))
      hasNone(yield* everythingPrintedBy(dying.api))
    })
  )

  it.effect("when the real transport fails, before and after it connected", () =>
    Effect.gen(function* () {
      const torn = yield* serving((request) => request.socket.destroy())
      for (const port of [yield* closedPort, torn]) {
        const api = yield* ZaloApi.make({ token: Redacted.make(token), baseUrl: `http://127.0.0.1:${port}` })
        hasNone(yield* everythingPrintedBy(api))
      }
    }).pipe(Effect.provide(http.layer))
  )

  it("an error's text keeps the words around it", () => {
    const scrub = scrubber([token])
    assert.strictEqual(scrub(`GET /bot${token}/getMe failed`), "GET /bot<redacted>/getMe failed")
    assert.strictEqual(
      scrub("Bad request: The chat_id must not be empty"),
      "Bad request: The chat_id must not be empty"
    )
    // A half as short as a word is not worth hiding words for.
    assert.strictEqual(scrubber(["1:bad"])("Bad request of 1:bad"), "Bad request of <redacted>")
    assert.strictEqual(scrubber(["a+b(c"])("a+b(c aab(c a%2Bb(c"), "<redacted> aab(c <redacted>")
    assert.strictEqual(scrubber([])("as it is"), "as it is")
    assert.strictEqual(scrubber([""])("as it is"), "as it is")
  })
})
