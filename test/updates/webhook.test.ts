import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import { TestClock } from "effect/testing"
import { AccountId } from "../../src/domain/ids.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { JournalError } from "../../src/journal/Journal.ts"
import * as Webhook from "../../src/updates/Webhook.ts"
import { WebhookTargets } from "../../src/updates/WebhookTargets.ts"
import { shop, textEvent } from "./samples.ts"
import { ask, deliver, raw, secret, served, target } from "./served.ts"
import { rows, stored } from "./store.ts"

const quiet = Logger.layer([])
const whole = served().pipe(Layer.provideMerge(stored), Layer.provideMerge(quiet))

describe("a delivery", () => {
  it.effect("is answered once it is in the journal, as it was received, and its chat is announced", () =>
    Effect.gen(function* () {
      const announced = yield* target()
      const body = `  ${JSON.stringify(textEvent("m1"), null, 3)}\n`
      const answer = yield* deliver(body)
      assert.deepStrictEqual([answer.status, answer.body], [200, `{"message":"Success"}`])
      assert.match(String(answer.headers["content-type"]), /^application\/json/)
      const [row] = yield* rows
      assert.deepStrictEqual(
        { ...row },
        {
          account: "shop",
          message_id: "m1",
          chat: "lan",
          state: "pending",
          reason: null,
          source: "webhook",
          body,
          duplicates: 0
        }
      )
      assert.deepStrictEqual(announced, ["lan"])
    }).pipe(Effect.provide(whole))
  )

  it.effect("that came before is answered the same and begins nothing", () =>
    Effect.gen(function* () {
      const announced = yield* target()
      yield* deliver(textEvent("m1"))
      const again = yield* deliver(textEvent("m1", { message: { text: "changed" } }))
      assert.strictEqual(again.status, 200)
      const all = yield* rows
      assert.deepStrictEqual(
        all.map(({ message_id, duplicates }) => [message_id, duplicates]),
        [["m1", 1]]
      )
      assert.include(all[0]?.body, "xin chào")
      assert.deepStrictEqual(announced, ["lan"])
    }).pipe(Effect.provide(whole))
  )

  it.effect("that is no message is taken, kept and announced to nobody", () =>
    Effect.gen(function* () {
      const announced = yield* target()
      for (const body of [{}, { event_name: "bot.joined" }, textEvent("m1", { message: { text: undefined } })]) {
        assert.strictEqual((yield* deliver(body)).status, 200)
      }
      assert.deepStrictEqual(
        (yield* rows).map(({ state, reason }) => [state, reason]),
        [
          ["ignored", "unknown-event"],
          ["ignored", "unknown-event"],
          ["dead", "undecodable"]
        ]
      )
      assert.deepStrictEqual(announced, [])
    }).pipe(Effect.provide(whole))
  )

  it.effect("is answered only after the commit", () =>
    Effect.gen(function* () {
      const committed = yield* Deferred.make<void>()
      const asked = yield* Deferred.make<void>()
      const slow = Layer.mock(Inbox, {
        admit: () => Effect.as(Effect.andThen(Deferred.succeed(asked, undefined), Deferred.await(committed)), true)
      })
      yield* Effect.gen(function* () {
        const announced = yield* target()
        const answer = yield* deliver(textEvent("m1")).pipe(Effect.forkChild)
        yield* Deferred.await(asked)
        yield* TestClock.withLive(Effect.sleep("30 millis"))
        assert.deepStrictEqual([answer.pollUnsafe(), announced], [undefined, []])
        yield* Deferred.succeed(committed, undefined)
        assert.strictEqual((yield* Fiber.join(answer)).status, 200)
        assert.deepStrictEqual(announced, ["lan"])
      }).pipe(
        Effect.provide(served().pipe(Layer.provide(Layer.merge(slow, NodeCrypto.layerDigest)), Layer.provide(quiet)))
      )
    })
  )

  it.effect("that cannot be journalled is not taken", () =>
    Effect.gen(function* () {
      const announced = yield* target()
      const answer = yield* deliver(textEvent("m1"))
      assert.deepStrictEqual([answer.status, answer.headers["retry-after"]], [503, "5"])
      assert.deepStrictEqual(announced, [])
    }).pipe(
      Effect.provide(
        served().pipe(
          Layer.provide(
            Layer.mock(Inbox, { admit: () => Effect.fail(new JournalError({ reason: "full", detail: "disk" })) })
          ),
          Layer.provide(NodeCrypto.layerDigest),
          Layer.provide(quiet)
        )
      )
    )
  )
})

describe("a trace", () => {
  it.effect("holds what else the server is asked, and no delivery", () => {
    const spans: Array<string> = []
    const recording = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span.name)
        return span
      }
    })
    const traced = served().pipe(
      Layer.provide(Webhook.untraced),
      Layer.provide(Layer.succeed(HttpMiddleware.SpanNameGenerator, (request) => request.url)),
      Layer.provide(Layer.succeed(Tracer.Tracer, recording)),
      Layer.provideMerge(WebhookTargets.layer),
      Layer.provideMerge(stored),
      Layer.provideMerge(quiet)
    )
    return Effect.gen(function* () {
      yield* target()
      yield* deliver(textEvent("m1"))
      yield* ask({ path: "/other" })
      assert.deepStrictEqual(
        spans.filter((name) => name.startsWith("/")),
        ["/other"]
      )
    }).pipe(Effect.provide(traced))
  })
})

describe("the checks", () => {
  const megabyte = 1_048_576

  it.effect("come in the promised order", () =>
    Effect.gen(function* () {
      yield* target()
      const status = (asked: Parameters<typeof ask>[0]) => Effect.map(ask(asked), (answer) => answer.status)
      const wrong = { "content-type": "text/plain", "x-bot-api-secret-token": "no" }
      const right = { "content-type": "application/json", "x-bot-api-secret-token": secret }
      const tooLong = "x".repeat(megabyte + 1)

      assert.strictEqual(yield* status({ path: "/other", method: "PUT", headers: wrong, body: tooLong }), 404)
      const get = yield* ask({ method: "GET", headers: wrong })
      assert.deepStrictEqual([get.status, get.headers.allow], [405, "POST"])
      assert.strictEqual(yield* status({ method: "HEAD" }), 405)
      assert.strictEqual(yield* status({ method: "DELETE", headers: wrong, body: tooLong }), 405)
      assert.strictEqual(yield* status({ headers: wrong, body: tooLong }), 413)
      assert.strictEqual(yield* status({ headers: wrong, body: "" }), 200)
      assert.strictEqual(yield* status({ headers: wrong, body: "nonsense" }), 401)
      assert.strictEqual(yield* status({ headers: { "content-type": "application/json" }, body: "{}" }), 401)
      assert.strictEqual(yield* status({ headers: wrong, body: tooLong, chunked: true }), 401)
      assert.strictEqual(
        yield* status({ headers: { ...right, "content-type": "text/plain" }, body: tooLong, chunked: true }),
        415
      )
      assert.strictEqual(yield* status({ headers: { "x-bot-api-secret-token": secret }, body: "{}" }), 415)
      assert.strictEqual(yield* status({ headers: right, body: tooLong, chunked: true }), 413)
      for (const body of ["nonsense", "[]", "null", "7", `"{}"`, "{", new Uint8Array([0x7b, 0xff, 0x7d])]) {
        assert.strictEqual(yield* status({ headers: right, body }), 400, String(body))
      }
      assert.strictEqual(yield* status({ headers: right, body: "", chunked: true }), 400)
      assert.deepStrictEqual(yield* rows, [])
    }).pipe(Effect.provide(whole))
  )

  it.effect("take a probe that has neither length nor body", () =>
    Effect.gen(function* () {
      yield* target()
      const answer = yield* raw("POST /hook HTTP/1.1\r\nHost: x\r\n\r\n")
      assert.match(answer, /^HTTP\/1\.1 200 /)
      assert.deepStrictEqual(yield* rows, [])
    }).pipe(Effect.provide(whole))
  )

  it.effect("refuse a declared length before the body is sent", () =>
    Effect.gen(function* () {
      yield* target()
      const answer = yield* raw(`POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: ${megabyte + 1}\r\n\r\n`)
      assert.match(answer, /^HTTP\/1\.1 413 /)
    }).pipe(Effect.provide(whole))
  )

  it.effect("take a body of exactly one mebibyte, declared or not", () =>
    Effect.gen(function* () {
      yield* target()
      const of = (id: string) => {
        const start = JSON.stringify(textEvent(id))
        return start + " ".repeat(megabyte - Buffer.byteLength(start))
      }
      assert.strictEqual((yield* deliver(of("m1"))).status, 200)
      assert.strictEqual((yield* deliver(of("m2"), { chunked: true })).status, 200)
    }).pipe(Effect.provide(whole))
  )

  it.effect("give a body thirty seconds", () =>
    Effect.gen(function* () {
      yield* target()
      const head = `POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Bot-Api-Secret-Token: ${secret}\r\n`
      const answer = yield* raw(`${head}Content-Length: 100\r\n\r\n{"event_name":`).pipe(Effect.forkChild)
      yield* TestClock.withLive(Effect.sleep("100 millis"))
      yield* TestClock.adjust("29 seconds")
      yield* TestClock.withLive(Effect.sleep("30 millis"))
      assert.strictEqual(answer.pollUnsafe(), undefined)
      yield* TestClock.adjust("2 seconds")
      assert.match(yield* Fiber.join(answer), /^HTTP\/1\.1 408 [^]*connection: close/i)
      assert.deepStrictEqual(yield* rows, [])
    }).pipe(Effect.provide(whole))
  )

  it.effect("take every JSON content type", () =>
    Effect.gen(function* () {
      yield* target()
      for (const type of ["application/json; charset=utf-8", "Application/JSON", "application/vnd.zalo+json"]) {
        assert.strictEqual((yield* deliver(textEvent(type), { headers: { "content-type": type } })).status, 200, type)
      }
      assert.strictEqual((yield* deliver({}, { headers: { "content-type": "application/jsonp" } })).status, 415)
    }).pipe(Effect.provide(whole))
  )
})

describe("the path", () => {
  it.effect("is matched whatever its case, encoding, trailing slash and query", () =>
    Effect.gen(function* () {
      yield* target({ path: "/Zalo/Hook/" })
      for (const path of ["/zalo/hook", "/ZALO/hook/", "/zalo%2Fhook", "/%7aalo/hook?x=1", "/zalo/hook//"]) {
        assert.strictEqual((yield* deliver(textEvent(path), { path })).status, 200, path)
      }
      for (const path of ["/", "/zalo", "/zalo/hook/more", "/zalo/hook%"]) {
        assert.strictEqual((yield* deliver(textEvent(path), { path })).status, 404, path)
      }
      assert.strictEqual((yield* rows).length, 5)
    }).pipe(Effect.provide(whole))
  )

  it.effect("may be shared by accounts, which their secrets tell apart", () =>
    Effect.gen(function* () {
      const other = AccountId.make("other")
      const mine = yield* target({ account: shop, secret: "secret-of-shop" })
      const theirs = yield* target({ account: other, secret: "secret-of-other" })
      const to = (id: string, token: string) => deliver(textEvent(id), { headers: { "x-bot-api-secret-token": token } })
      assert.strictEqual((yield* to("m1", "secret-of-other")).status, 200)
      assert.strictEqual((yield* to("m2", "secret-of-shop")).status, 200)
      assert.strictEqual((yield* to("m3", "secret-of-none!")).status, 401)
      assert.deepStrictEqual(
        (yield* rows).map(({ account, message_id }) => [account, message_id]),
        [
          ["other", "m1"],
          ["shop", "m2"]
        ]
      )
      assert.deepStrictEqual([mine, theirs], [["lan"], ["lan"]])
    }).pipe(Effect.provide(whole))
  )

  it.effect("is served for as long as its account runs", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      yield* target({ account: AccountId.make("other"), secret: "secret-of-other" })
      yield* target().pipe(Scope.provide(scope))
      assert.strictEqual((yield* deliver(textEvent("m1"))).status, 200)
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual((yield* deliver(textEvent("m2"))).status, 401)
      const token = { "x-bot-api-secret-token": "secret-of-other" }
      assert.strictEqual((yield* deliver(textEvent("m3"), { headers: token })).status, 200)
    }).pipe(Effect.provide(whole))
  )
})

describe("strangers", () => {
  const guess = (headers: Record<string, string> = {}) =>
    deliver({}, { headers: { "x-bot-api-secret-token": "guess", ...headers } })
  const guesses = (times: number, headers?: Record<string, string>) =>
    Effect.map(Effect.replicateEffect(guess(headers), times), (answers) => answers.map(({ status }) => status))

  it.effect("are told to wait after twenty wrong secrets in a minute; the right one is never limited", () =>
    Effect.gen(function* () {
      yield* target()
      assert.deepStrictEqual(new Set(yield* guesses(20)), new Set([401]))
      yield* TestClock.adjust("15 seconds")
      const limited = yield* guess()
      assert.deepStrictEqual([limited.status, limited.headers["retry-after"]], [429, "45"])
      assert.strictEqual((yield* deliver(textEvent("m1"))).status, 200)
      yield* TestClock.adjust("45 seconds")
      assert.strictEqual((yield* guess()).status, 401)
    }).pipe(Effect.provide(whole))
  )

  it.effect("are told apart by what a trusted proxy says, from the right", () =>
    Effect.gen(function* () {
      yield* target()
      const from = (list: string) => ({ "x-forwarded-for": list })
      assert.deepStrictEqual(new Set(yield* guesses(20, from("9.9.9.9, 203.0.113.7, 10.1.2.3"))), new Set([401]))
      assert.deepStrictEqual(yield* guesses(1, from("8.8.8.8, 203.0.113.7")), [429])
      assert.deepStrictEqual(yield* guesses(1, from("9.9.9.9, 203.0.113.8")), [401])
    }).pipe(
      Effect.provide(
        served({ trustedProxies: ["127.0.0.1", "10.0.0.0/8"] }).pipe(
          Layer.provideMerge(stored),
          Layer.provideMerge(quiet)
        )
      )
    )
  )

  it.effect("cannot name another address where no proxy is trusted", () =>
    Effect.gen(function* () {
      yield* target()
      for (let n = 0; n < 20; n++) yield* guess({ "x-forwarded-for": `203.0.113.${n}` })
      assert.deepStrictEqual(yield* guesses(1, { "x-forwarded-for": "203.0.113.99" }), [429])
    }).pipe(Effect.provide(whole))
  )

  it.effect("are logged at first and now and then, without what they tried", () => {
    const lines: Array<string> = []
    const kept = Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))])
    return Effect.gen(function* () {
      yield* target()
      yield* guesses(25)
      assert.deepStrictEqual(
        lines.filter((line) => line.includes("401")),
        ["webhook /hook: a delivery was refused with 401 (1 so far)"]
      )
      assert.notInclude(lines.join(), "guess")
    }).pipe(Effect.provide(served().pipe(Layer.provideMerge(stored), Layer.provideMerge(kept))))
  })
})
