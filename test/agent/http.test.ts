import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { AgentBridge } from "../../src/agent/AgentBridge.ts"
import { type HttpOptions, makeHttp } from "../../src/agent/http.ts"
import { TurnId } from "../../src/domain/ids.ts"
import type { ReplyPart } from "../../src/domain/Reply.ts"
import { ask, turn, wire } from "./turn.ts"

const options: HttpOptions = { url: "https://agent.test/reply?x=1", timeout: "30 seconds" }

type Answering = (
  request: HttpClientRequest.HttpClientRequest,
  signal: AbortSignal
) => Effect.Effect<Response, HttpClientError.HttpClientError>

const network = (answer: Answering) =>
  HttpClient.make((request, _url, signal) =>
    Effect.map(answer(request, signal), (response) => HttpClientResponse.fromWeb(request, response))
  )

const bridgeOver = (answer: Answering, settings: HttpOptions = options) =>
  makeHttp(settings).pipe(Effect.provideService(HttpClient.HttpClient, network(answer)))

const replying = (body: BodyInit | null, init?: ResponseInit) =>
  Effect.flatMap(
    bridgeOver(() => Effect.sync(() => new Response(body, init))),
    (bridge) => ask(bridge)
  )

const headers = (contentType: string): ResponseInit => ({ headers: { "content-type": contentType } })

const text = (value: string): Array<ReplyPart> => [{ type: "text", text: value }]

const bodyOf = (request: HttpClientRequest.HttpClientRequest): string =>
  request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : assert.fail(request.body._tag)

it.effect("posts the turn as JSON, with its id as idempotency key and the configured headers", () =>
  Effect.gen(function* () {
    const seen: Array<HttpClientRequest.HttpClientRequest> = []
    const bridge = yield* bridgeOver(
      (request) =>
        Effect.sync(() => {
          seen.push(request)
          return new Response("hi")
        }),
      { ...options, headers: { "X-Key": Redacted.make("SECRET"), "x-plain": "p", "Idempotency-Key": "mine" } }
    )
    assert.deepStrictEqual(yield* ask(bridge), text("hi"))
    const [request] = seen
    assert.isDefined(request)
    assert.strictEqual(request.method, "POST")
    assert.deepStrictEqual(JSON.parse(bodyOf(request)), wire)
    assert.strictEqual(request.headers["idempotency-key"], "default:m1")
    assert.strictEqual(request.headers["content-type"], "application/json")
    assert.strictEqual(request.headers["x-key"], "SECRET")
    assert.strictEqual(request.headers["x-plain"], "p")
  })
)

it.effect("a user and password in the address become basic authentication, and leave the address", () =>
  Effect.gen(function* () {
    const seen: Array<HttpClientRequest.HttpClientRequest> = []
    const bridge = yield* bridgeOver(
      (request) =>
        Effect.sync(() => {
          seen.push(request)
          return new Response("hi")
        }),
      { url: "https://me:p%40ss@agent.test/" }
    )
    yield* ask(bridge)
    assert.strictEqual(seen[0]?.headers["authorization"], `Basic ${btoa("me:p@ss")}`)
    assert.notInclude(String(seen[0]?.url), "ss@")
  })
)

it.effect("an id that no header can carry is escaped", () =>
  Effect.gen(function* () {
    const keys: Array<string | undefined> = []
    const bridge = yield* bridgeOver((request) =>
      Effect.sync(() => {
        keys.push(request.headers["idempotency-key"])
        return new Response("hi")
      })
    )
    yield* ask(bridge, { ...turn, turnId: TurnId.make("default:a\nề\ud800") })
    assert.deepStrictEqual(keys, ["default:a%0A%E1%BB%81%EF%BF%BD"])
  })
)

it.effect.each(["application/json", "application/json; charset=utf-8", "application/vnd.api+json"])(
  "%s is read as JSON",
  (contentType) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* replying(`{"text":"hi"}`, headers(contentType)), text("hi"))
      const reason = yield* Effect.flip(replying("hi", headers(contentType)))
      assert.deepStrictEqual(reason, { _tag: "Unreadable", detail: "it is not JSON" })
    })
)

it.effect("any other content type is text, JSON or not", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* replying(`{"text":"hi"}\n`, headers("text/plain")), text(`{"text":"hi"}`))
  })
)

it.effect("without a content type the answer itself decides", () =>
  Effect.gen(function* () {
    const bytes = (body: string) => new TextEncoder().encode(body)
    assert.deepStrictEqual(yield* replying(bytes(`{"text":"hi"}`)), text("hi"))
    assert.deepStrictEqual(yield* replying(bytes("hi")), text("hi"))
  })
)

it.effect("204 and an empty 2xx are no reply", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* replying(null, { status: 204 }), [])
    assert.deepStrictEqual(yield* replying(null, { status: 200 }), [])
    assert.deepStrictEqual(yield* replying("", { status: 201, ...headers("application/json") }), [])
  })
)

it.effect.each([202, 302, 400, 404, 429, 500, 503])("status %d is an error", (status) =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* Effect.flip(replying("hi", { status })), { _tag: "Status", status })
  })
)

it.effect("a password that is no valid escape is taken as it stands", () =>
  Effect.gen(function* () {
    const seen: Array<string | undefined> = []
    const bridge = yield* bridgeOver(
      (request) =>
        Effect.sync(() => {
          seen.push(request.headers["authorization"])
          return new Response("hi")
        }),
      { url: "https://me:100%@agent.test/" }
    )
    yield* ask(bridge)
    assert.deepStrictEqual(seen, [`Basic ${btoa("me:100%")}`])
  })
)

it.effect("an answer that nobody reads is ended", () =>
  Effect.gen(function* () {
    let ended = false
    const bridge = yield* bridgeOver((_request, signal) =>
      Effect.sync(() => {
        signal.addEventListener("abort", () => {
          ended = true
        })
        return new Response("x".repeat(100_000), { status: 500 })
      })
    )
    assert.deepStrictEqual(yield* Effect.flip(ask(bridge)), { _tag: "Status", status: 500 })
    assert.isTrue(ended)
  })
)

it.effect("an answer over one mebibyte is refused while it comes, and the request ended", () =>
  Effect.gen(function* () {
    let pulled = 0
    let ended = false
    const bridge = yield* bridgeOver((_request, signal) =>
      Effect.sync(() => {
        signal.addEventListener("abort", () => {
          ended = true
        })
        return new Response(
          new ReadableStream({
            pull(controller) {
              pulled += 65_536
              controller.enqueue(new Uint8Array(65_536).fill(0x61))
            }
          })
        )
      })
    )
    const reason = yield* Effect.flip(ask(bridge))
    assert.deepStrictEqual(reason, { _tag: "TooLarge", limit: 1_048_576 })
    assert.isBelow(pulled, 2_000_000)
    assert.isTrue(ended)
  })
)

it.effect("an agent that is silent, or stops inside its answer, is given up after the time-out", () =>
  Effect.gen(function* () {
    const silent = yield* bridgeOver(() => Effect.never)
    const stuck = yield* bridgeOver(() =>
      Effect.sync(
        () =>
          new Response(
            new ReadableStream({
              start(controller) {
                controller.enqueue(new Uint8Array([0x61]))
              }
            })
          )
      )
    )
    for (const bridge of [silent, stuck]) {
      const fiber = yield* ask(bridge).pipe(Effect.flip, Effect.delay("1 millis"), Effect.forkChild)
      yield* TestClock.adjust("30 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(fiber), { _tag: "Timeout", seconds: 30 })
    }
  })
)

it.effect("a lost connection is told by its code: no address, no header, no span", () =>
  Effect.gen(function* () {
    const spans: Array<Tracer.NativeSpan> = []
    const recording = Tracer.make({
      span: (settings) => {
        const span = new Tracer.NativeSpan(settings)
        spans.push(span)
        return span
      }
    })
    const bridge = yield* bridgeOver(
      (request) =>
        Effect.fail(
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.TransportError({
              request,
              cause: new TypeError("SECRET", { cause: Object.assign(new Error("SECRET"), { code: "ECONNREFUSED" }) })
            })
          })
        ),
      { url: "https://u:SECRET@agent.test/SECRET?key=SECRET", headers: { k: Redacted.make("SECRET") } }
    )
    const exit = yield* ask(bridge).pipe(Effect.sandbox, Effect.flip, Effect.withTracer(recording))
    assert.deepStrictEqual(Cause.squash(exit), { _tag: "Unreachable", detail: "no connection (ECONNREFUSED)" })
    const told = JSON.stringify([Cause.pretty(exit), spans.map((span) => [span.name, [...span.attributes]])])
    assert.include(told, "HttpAgent.ask")
    assert.notInclude(told, "SECRET")
  })
)

it.effect("an answer that breaks off is not taken", () =>
  Effect.gen(function* () {
    const reason = yield* Effect.flip(
      replying(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new Uint8Array([0x61]))
            controller.error(Object.assign(new Error("SECRET"), { code: "ECONNRESET" }))
          }
        })
      )
    )
    assert.deepStrictEqual(reason, { _tag: "Unreachable", detail: "the answer broke off (ECONNRESET)" })
  })
)

it.effect("an address that is none fails the turn, not the start", () =>
  Effect.gen(function* () {
    const bridge = yield* bridgeOver(() => Effect.never, { url: "SECRET" })
    assert.deepStrictEqual(yield* Effect.flip(ask(bridge)), {
      _tag: "Unreachable",
      detail: "the address is not a URL"
    })
  })
)

it.effect("the layer is the bridge", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* ask(yield* AgentBridge), text("hi"))
  }).pipe(
    Effect.provide(AgentBridge.layerHttp(options)),
    Effect.provideService(
      HttpClient.HttpClient,
      network(() => Effect.sync(() => new Response("hi")))
    )
  )
)
