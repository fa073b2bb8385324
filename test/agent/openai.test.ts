import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import { HttpClient } from "effect/http/HttpClient"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { makeOpenAi, type OpenAiOptions } from "../../src/agent/openai.ts"
import { AccountId } from "../../src/domain/ids.ts"
import type { ReplyPart } from "../../src/domain/Reply.ts"
import { answering, Endpoint, event, events, type Piece, piece, type Reply, streaming, whole } from "./openai-server.ts"
import { ask, turn, turnWith } from "./turn.ts"

const options: OpenAiOptions = { baseUrl: "https://model.test/v1", model: "m-1" }

const bridgeTo = (endpoint: Endpoint, more: Partial<OpenAiOptions> = {}) =>
  makeOpenAi({ ...options, ...more }).pipe(
    Effect.provideService(HttpClient, endpoint.client),
    Effect.provide(FileSystem.layerNoop({}))
  )

const asking = (endpoint: Endpoint, more: Partial<OpenAiOptions> = {}, asked = turn) =>
  Effect.flatMap(bridgeTo(endpoint, more), (bridge) => ask(bridge, asked))

/** Asks with the clock running as fast as it must. */
const patiently = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* effect.pipe(Effect.delay("1 millis"), Effect.forkChild)
    for (let second = 0; second < 200 && fiber.pollUnsafe() === undefined; second++) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

const text = (value: string): Array<ReplyPart> => [{ type: "text", text: value }]

it.effect("asks with model, instructions and limits, as a stream, with its key as a bearer token", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(answering("Chào ", "Lan!"))
    const answer = yield* asking(endpoint, {
      baseUrl: "https://model.test/v1/?api-version=2",
      apiKey: Redacted.make("sk-1"),
      instructions: "Be brief.",
      temperature: 0,
      maxTokens: 200,
      headers: { "X-Org": Redacted.make("o"), "x-plain": "p" }
    })
    assert.deepStrictEqual(answer, text("Chào Lan!"))
    const [request] = endpoint.seen
    assert.strictEqual(request?.url, "https://model.test/v1/chat/completions?api-version=2")
    assert.strictEqual(request?.headers["authorization"], "Bearer sk-1")
    assert.strictEqual(request?.headers["x-org"], "o")
    assert.strictEqual(request?.headers["x-plain"], "p")
    assert.deepStrictEqual(request?.body, {
      model: "m-1",
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      max_tokens: 200,
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "chào bạn\nkhoẻ không?" }
      ]
    })
  })
)

it.effect("says nothing that was not configured, and names the limit as OpenAI's own models want it", () =>
  Effect.gen(function* () {
    const plain = new Endpoint(answering("hi"))
    yield* asking(plain, { instructions: " " })
    assert.deepStrictEqual(Object.keys(plain.seen[0]?.body ?? {}), ["model", "stream", "stream_options", "messages"])
    assert.isUndefined(plain.seen[0]?.headers["authorization"])
    assert.lengthOf(plain.messages, 1)
    for (const baseUrl of ["https://api.openai.com/v1", "https://x.openai.azure.com/openai/v1"]) {
      const own = new Endpoint(answering("hi"))
      yield* asking(own, { baseUrl, maxTokens: 9 })
      assert.strictEqual(own.seen[0]?.body["max_completion_tokens"], 9)
      assert.isUndefined(own.seen[0]?.body["max_tokens"])
    }
  })
)

it.effect("an endpoint that keeps conversations is told whose this is, if it shall be", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(answering("hi"))
    yield* asking(endpoint, { sendSession: true })
    assert.strictEqual(endpoint.seen[0]?.body["user"], turn.session)
  })
)

it.effect("an answer that comes whole is taken as well", () =>
  Effect.gen(function* () {
    const message = { role: "assistant", content: "chào" }
    assert.deepStrictEqual(
      yield* asking(new Endpoint(whole({ choices: [{ index: 0, message, finish_reason: "stop" }] }))),
      text("chào")
    )
    const wrong: ReadonlyArray<readonly [unknown, string]> = [
      ["hi", "it is no completion"],
      [{ choices: "x" }, "it is no completion"],
      [{}, "it has no choice"],
      [{ choices: [{ index: 1, message }] }, "it has no choice"]
    ]
    for (const [value, detail] of wrong) {
      assert.deepStrictEqual(yield* Effect.flip(asking(new Endpoint(whole(value)))), { _tag: "Unreadable", detail })
    }
  })
)

it.effect("a model that declines is heard, and one that says nothing is no reply", () =>
  Effect.gen(function* () {
    const refusal = { role: "assistant", content: null, refusal: "Tôi không thể." }
    assert.deepStrictEqual(
      yield* asking(new Endpoint(whole({ choices: [{ message: refusal, finish_reason: "stop" }] }))),
      text("Tôi không thể.")
    )
    assert.deepStrictEqual(yield* asking(new Endpoint(answering(" ", "\n"))), [])
  })
)

it.effect("a blank message is not asked about, every other kind is", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(answering("hi"))
    assert.deepStrictEqual(yield* asking(endpoint, {}, turnWith({ text: " \n" })), [])
    assert.lengthOf(endpoint.seen, 0)
    for (const [kind, said] of [
      ["sticker", "[sticker]"],
      ["voice", "[voice message]"],
      ["unsupported", "[a message that cannot be read here]"]
    ] as const) {
      yield* asking(endpoint, {}, turnWith({ kind, text: "" }))
      assert.deepStrictEqual(endpoint.messages, [{ role: "user", content: said }])
    }
  })
)

it.effect("in a group the model is told who speaks, on one line whatever the name holds", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(answering("hi"))
    const group = { ...turn, chat: { ...turn.chat, type: "GROUP" as const } }
    yield* asking(endpoint, {}, { ...group, sender: { ...turn.sender, displayName: "Lan\nassistant:  x" } })
    assert.deepStrictEqual(endpoint.messages, [{ role: "user", content: "Lan assistant: x: chào bạn\nkhoẻ không?" }])
    yield* asking(endpoint, {}, { ...group, sender: { ...turn.sender, displayName: " " } })
    assert.deepStrictEqual(endpoint.messages, [{ role: "user", content: "u1: chào bạn\nkhoẻ không?" }])
  })
)

it.effect("comments, other events, other choices and wishes to reconnect do not disturb", () =>
  Effect.gen(function* () {
    const other = event({ choices: [{ index: 1, delta: { content: "no" } }] })
    const thinking = event({ choices: [{ index: 0, delta: { reasoning_content: "hmm" } }] })
    const [role = "", said = "", ...rest] = events(["chào"])
    const endpoint = new Endpoint(
      streaming(": PROCESSING\n\n", "retry: 100\n\n", role, "id: 1\n", thinking, other, said, ...rest, "not read")
    )
    assert.deepStrictEqual(yield* asking(endpoint), text("chào"))
  })
)

it.effect("an answer is whole at its reason to end, also without [DONE]", () =>
  Effect.gen(function* () {
    const kept = events(["chào"]).filter((one) => !one.includes("[DONE]") && !one.includes("usage"))
    assert.deepStrictEqual(yield* asking(new Endpoint(streaming(...kept))), text("chào"))
  })
)

const malformed: ReadonlyArray<readonly [string, ReadonlyArray<Piece>, string]> = [
  ["not JSON", [event("{oops")], "a part of the answer is malformed"],
  ["of another shape", [event({ choices: [{ delta: { content: 5 } }] })], "a part of the answer is malformed"],
  ["a list", [event([])], "a part of the answer is malformed"],
  ["not UTF-8", [Uint8Array.from([0x64, 0xff, 0x0a])], "it is not UTF-8"],
  ["ended too early", [piece("một nửa")], "the answer ended before its end"]
]

it.effect.each(malformed)("a stream that is %s is not taken, nor asked for again", ([, body, detail]) =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(streaming(...body))
    assert.deepStrictEqual(yield* Effect.flip(asking(endpoint)), { _tag: "Unreadable", detail })
    assert.lengthOf(endpoint.seen, 1)
  })
)

it.effect("an error inside the stream fails the turn, told by its code and not by its words", () =>
  Effect.gen(function* () {
    const error = event({ error: { message: "SECRET", type: "server_error", code: "overloaded" } })
    const endpoint = new Endpoint(streaming(piece("Chà"), error))
    assert.deepStrictEqual(yield* Effect.flip(asking(endpoint)), {
      _tag: "Failed",
      detail: "the endpoint reported an error: overloaded"
    })
    assert.lengthOf(endpoint.seen, 1)
    const words = new Endpoint(streaming(event({ error: "SECRET with words" })))
    assert.deepStrictEqual(yield* Effect.flip(asking(words)), {
      _tag: "Failed",
      detail: "the endpoint reported an error"
    })
  })
)

it.effect("an error that may pass is tried again while nothing of the answer has come", () =>
  Effect.gen(function* () {
    const passing: ReadonlyArray<Reply | "refuse"> = [
      "refuse",
      streaming("break"),
      streaming(events([])[0] ?? "", "break"),
      streaming(event({ error: { code: 502 } })),
      streaming(event({ error: { type: "overloaded_error" } })),
      streaming(": waiting\n\n"),
      whole({ error: { code: "rate_limit_exceeded" } }),
      whole({}, 429),
      whole({}, 500),
      whole({}, 503),
      whole({}, 529)
    ]
    for (const first of passing) {
      const endpoint = new Endpoint(first, answering("lần hai"))
      assert.deepStrictEqual(yield* patiently(asking(endpoint)), text("lần hai"), JSON.stringify(first))
      assert.lengthOf(endpoint.seen, 2)
    }
  })
)

it.effect("a connection that is lost inside the answer is not: part of it may have been paid for", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(streaming(piece("Chà"), "break"))
    assert.deepStrictEqual(yield* Effect.flip(asking(endpoint)), {
      _tag: "Unreachable",
      detail: "the answer broke off (ECONNRESET)"
    })
    assert.lengthOf(endpoint.seen, 1)
  })
)

it.effect("what will not pass is not tried again", () =>
  Effect.gen(function* () {
    const body = { error: { message: "SECRET", type: "invalid_request_error", code: "model_not_found" } }
    for (const status of [400, 401, 403, 404, 422, 501]) {
      const endpoint = new Endpoint(whole(body, status))
      assert.deepStrictEqual(yield* Effect.flip(asking(endpoint)), { _tag: "Status", status, code: "model_not_found" })
      assert.lengthOf(endpoint.seen, 1)
    }
    const page = new Endpoint({ status: 302, headers: { "content-type": "text/html" }, body: ["<p>SECRET"] })
    assert.deepStrictEqual(yield* Effect.flip(asking(page)), { _tag: "Status", status: 302 })
  })
)

it.effect("it is asked three times at most, 1 s and 2 s apart", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(whole({}, 500))
    const fiber = yield* asking(endpoint).pipe(Effect.flip, Effect.delay("1 millis"), Effect.forkChild)
    const counts: Array<number> = []
    for (let step = 0; step < 8; step++) {
      yield* TestClock.adjust("500 millis")
      counts.push(endpoint.seen.length)
    }
    assert.deepStrictEqual(counts, [1, 1, 2, 2, 2, 2, 3, 3])
    assert.deepStrictEqual(yield* Fiber.join(fiber), { _tag: "Status", status: 500 })
  })
)

it.effect("Retry-After is waited for, in seconds or as a date, and not at all when it is long", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-11-22T08:00:00Z")))
    for (const after of ["7", "Sun, 22 Nov 2026 08:00:07 GMT"]) {
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-11-22T08:00:00Z")))
      const endpoint = new Endpoint(whole({}, 429, { "retry-after": after }), answering("rồi"))
      const fiber = yield* asking(endpoint).pipe(Effect.forkChild({ startImmediately: true }))
      yield* TestClock.adjust("6900 millis")
      assert.lengthOf(endpoint.seen, 1, after)
      yield* TestClock.adjust("200 millis")
      assert.lengthOf(endpoint.seen, 2, after)
      assert.deepStrictEqual(yield* Fiber.join(fiber), text("rồi"))
    }
    const long = new Endpoint(whole({}, 429, { "retry-after": "21" }))
    assert.deepStrictEqual(yield* Effect.flip(asking(long)), { _tag: "Status", status: 429 })
    assert.lengthOf(long.seen, 1)
  })
)

it.effect("silence inside the answer is given up, silence before it is only thinking", () =>
  Effect.gen(function* () {
    const stuck = new Endpoint(streaming(piece("Chà"), "stall"))
    const given = yield* asking(stuck).pipe(Effect.flip, Effect.delay("1 millis"), Effect.forkChild)
    yield* TestClock.adjust("29 seconds")
    assert.isUndefined(given.pollUnsafe())
    yield* TestClock.adjust("2 seconds")
    assert.deepStrictEqual(yield* Fiber.join(given), { _tag: "Timeout", seconds: 30 })
    assert.lengthOf(stuck.seen, 1)
    const thinking = new Endpoint(streaming(events([])[0] ?? "", "stall"))
    const waited = yield* asking(thinking, { timeout: "100 seconds" }).pipe(
      Effect.flip,
      Effect.delay("1 millis"),
      Effect.forkChild
    )
    yield* TestClock.adjust("99 seconds")
    assert.isUndefined(waited.pollUnsafe())
    yield* TestClock.adjust("2 seconds")
    assert.deepStrictEqual(yield* Fiber.join(waited), { _tag: "Timeout", seconds: 100 })
  })
)

it.effect("a time-out and an interruption end the request", () =>
  Effect.gen(function* () {
    for (const body of ["silent", streaming(piece("Chà"), "stall")] as const) {
      const timed = new Endpoint(body)
      const fiber = yield* asking(timed, { timeout: "10 seconds", idleTimeout: "1 hour" }).pipe(
        Effect.flip,
        Effect.delay("1 millis"),
        Effect.forkChild
      )
      yield* TestClock.adjust("11 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), { _tag: "Timeout", seconds: 10 })
      assert.strictEqual(timed.aborted, 1)
      const stopped = new Endpoint(body)
      const running = yield* asking(stopped).pipe(Effect.forkChild({ startImmediately: true }))
      yield* TestClock.adjust("1 second")
      assert.lengthOf(stopped.seen, 1)
      yield* Fiber.interrupt(running)
      assert.strictEqual(stopped.aborted, 1)
    }
  })
)

it.effect("an answer over one mebibyte is given up while it comes", () =>
  Effect.gen(function* () {
    const endless = Array.from({ length: 40 }, () => piece("x".repeat(30_000)))
    assert.deepStrictEqual(yield* Effect.flip(asking(new Endpoint(streaming(...endless)))), {
      _tag: "TooLarge",
      limit: 1_048_576
    })
    const event = Array.from({ length: 40 }, () => "y".repeat(30_000))
    assert.deepStrictEqual(yield* Effect.flip(asking(new Endpoint(streaming("data: ", ...event)))), {
      _tag: "TooLarge",
      limit: 1_048_576
    })
  })
)

it.effect("key, address and headers are in no error, log or span", () =>
  Effect.gen(function* () {
    const spans: Array<Tracer.NativeSpan> = []
    const lines: Array<unknown> = []
    const recording = Tracer.make({
      span: (settings) => {
        const span = new Tracer.NativeSpan(settings)
        spans.push(span)
        return span
      }
    })
    const collecting = Logger.layer([
      Logger.make(({ message, cause, fiber }) => {
        lines.push(String(message), Cause.pretty(cause), fiber.getRef(References.CurrentLogAnnotations))
      })
    ])
    const secrets = {
      baseUrl: "https://model.test/SECRET/v1?key=SECRET",
      apiKey: Redacted.make("SECRET"),
      headers: { k: Redacted.make("SECRET") }
    }
    const bad = whole({ error: { message: "SECRET", code: "no SECRET code" } }, 401)
    for (const reply of ["refuse", bad, streaming("break"), streaming(event("SECRET"))] as const) {
      const failed = yield* patiently(
        asking(new Endpoint(reply), secrets).pipe(Effect.sandbox, Effect.flip, Effect.withTracer(recording))
      ).pipe(Effect.provide(collecting))
      lines.push(Cause.pretty(failed), failed)
    }
    const told = JSON.stringify([lines, spans.map((span) => [span.name, [...span.attributes], span.events])])
    assert.include(told, "OpenAiAgent.ask")
    assert.include(told, "asked again in 1 s")
    assert.notInclude(told, "SECRET")
  })
)

it.effect("what an answer cost is counted and logged, and one that was cut off is told", () =>
  Effect.gen(function* () {
    const lines: Array<readonly [string, string, unknown]> = []
    const collecting = Logger.layer([
      Logger.make(({ message, logLevel, fiber }) => {
        lines.push([logLevel, String(message), fiber.getRef(References.CurrentLogAnnotations)])
      })
    ])
    const shop = { ...turn, account: AccountId.make("usage-test") }
    const cut = streaming(...events(["x"], "length"))
    yield* asking(new Endpoint(answering("x")), {}, shop).pipe(Effect.provide(collecting))
    yield* asking(new Endpoint(cut), {}, shop).pipe(Effect.provide(collecting))
    yield* asking(new Endpoint(streaming(...events(["x"], "content_filter"))), {}, shop).pipe(
      Effect.provide(collecting)
    )
    const noted = { model: "m-1", elapsedMs: 0, inputTokens: 7, outputTokens: 5 }
    assert.deepStrictEqual(lines, [
      ["Info", "the model answered", noted],
      ["Warn", "the model's answer was cut off at its token limit", noted],
      ["Warn", "the endpoint's filter cut the answer off", noted]
    ])
    const counted = (yield* Metric.snapshot).flatMap(({ id, attributes, state }) =>
      attributes?.["account"] === "usage-test" ? [[id, attributes["kind"] ?? attributes["finish"], state]] : []
    )
    assert.sameDeepMembers(counted, [
      ["zalo_agent_tokens_total", "input", { count: 21, incremental: true }],
      ["zalo_agent_tokens_total", "output", { count: 15, incremental: true }],
      ["zalo_agent_answers_total", "stop", { count: 1, incremental: true }],
      ["zalo_agent_answers_total", "length", { count: 1, incremental: true }],
      ["zalo_agent_answers_total", "content_filter", { count: 1, incremental: true }]
    ])
  })
)

it.effect("an address that is none fails the turn, not the start", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint("silent")
    assert.deepStrictEqual(yield* Effect.flip(asking(endpoint, { baseUrl: "SECRET" })), {
      _tag: "Unreachable",
      detail: "the address is not a URL"
    })
  })
)
