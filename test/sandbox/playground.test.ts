import { assert, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { layerInProcess } from "../../src/sandbox/inProcess.ts"
import { Network } from "../../src/sandbox/Network.ts"
import { playground } from "../../src/sandbox/playground.ts"
import { DeskError, SandboxDesk } from "../../src/sandbox/SandboxDesk.ts"
import { EmulatedZalo } from "../../src/sandbox/Zalo.ts"

const token = "1:abc"
const here = "http://127.0.0.1:8788"

const withDesk = (desk: Layer.Layer<SandboxDesk>) =>
  HttpRouter.serve(playground, { disableListenLog: true, disableLogger: true }).pipe(
    Layer.provide([Network.layerServer(here), desk]),
    Layer.provideMerge(layerInProcess({ bots: [{ token, displayName: "Bot Thử" }] }))
  )
const layer = withDesk(SandboxDesk.layerNone)

const answer = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.flatMap(HttpClient.execute(request), (response) =>
    Effect.map(response.text, (text) => ({ status: response.status, body: text === "" ? {} : JSON.parse(text) }))
  )
const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  answer(HttpClientRequest.get(`${here}/sandbox/api${path}`).pipe(HttpClientRequest.setHeaders(headers)))
const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  answer(
    HttpClientRequest.post(`${here}/sandbox/api${path}`).pipe(
      HttpClientRequest.bodyText(JSON.stringify(body), headers["content-type"] ?? "application/json"),
      HttpClientRequest.setHeaders(headers)
    )
  )

it.effect("the state is everything that the page shows", () =>
  Effect.gen(function* () {
    const lan = (yield* post("/users", { name: "Lan" })).body
    const group = (yield* post("/groups", { name: "Nhóm", members: [lan.id] })).body
    const { body: written } = yield* post("/messages", { chat: lan.id, from: lan.id, kind: "text", text: "chào" })
    yield* EmulatedZalo.use((zalo) => zalo.answer(token, "sendChatAction", { chat_id: lan.id, action: "typing" }))
    assert.deepStrictEqual((yield* get("/state")).body, {
      bot: { id: "1", displayName: "Bot Thử" },
      webhook: null,
      users: [{ id: lan.id, name: "Lan" }],
      groups: [{ id: group.id, name: "Nhóm", members: [lan.id] }],
      chats: [
        {
          id: lan.id,
          type: "PRIVATE",
          typing: true,
          messages: [
            {
              id: written.message_id,
              direction: "in",
              senderId: lan.id,
              senderName: "Lan",
              kind: "text",
              text: "chào",
              url: null,
              sticker: null,
              at: "1970-01-01T00:00:00.000Z",
              shown: true
            }
          ]
        },
        { id: group.id, type: "GROUP", typing: false, messages: [] }
      ]
    })
  }).pipe(Effect.provide(layer))
)

it.effect("events arrive as they happen, with a comment every 15 seconds", () =>
  Effect.gen(function* () {
    const response = yield* HttpClient.get(`${here}/sandbox/api/events`)
    assert.strictEqual(response.headers["content-type"], "text/event-stream")
    const fiber = yield* response.stream.pipe(
      Stream.decodeText,
      Stream.splitLines,
      Stream.filter((line) => line !== ""),
      Stream.take(6),
      Stream.runCollect,
      Effect.forkChild
    )
    yield* TestClock.adjust("1 second")
    const lan = (yield* post("/users", { name: "Lan" })).body
    yield* post("/messages", { chat: lan.id, from: lan.id, kind: "sticker", sticker: "s" })
    yield* EmulatedZalo.use((zalo) => zalo.answer(token, "sendChatAction", { chat_id: lan.id, action: "typing" }))
    yield* EmulatedZalo.use((zalo) => zalo.answer(token, "sendMessage", { chat_id: lan.id, text: "dạ" }))
    yield* TestClock.adjust("15 seconds")
    const lines = yield* Fiber.join(fiber)
    assert.strictEqual(lines[0], ": here")
    const events = lines.slice(1).map((line) => JSON.parse(line.replace(/^data: /, "")))
    assert.deepStrictEqual(
      events.map(({ type, on, message }) => [type, on ?? message?.direction]),
      [
        ["user", undefined],
        ["message", "in"],
        ["typing", true],
        ["message", "out"],
        ["typing", false]
      ]
    )
  }).pipe(Effect.provide(layer))
)

it.effect("only this machine's own page may use it", () =>
  Effect.gen(function* () {
    const lan = { name: "Lan" }
    const statuses = yield* Effect.forEach(
      [
        get("/state", { host: "localhost:8788" }),
        get("/state", { host: "[::1]:8788" }),
        get("/state", { host: "rebound.example.test:8788" }),
        get("/state", { host: "127.0.0.1.example.test" }),
        get("/events", { host: "example.test" }),
        post("/users", lan, { host: "example.test" }),
        post("/users", lan, { "content-type": "text/plain" }),
        post("/users", lan, { "content-type": "application/x-www-form-urlencoded" }),
        post("/users", lan, { origin: "https://example.test" }),
        post("/users", lan, { origin: "null" }),
        post("/users", lan, { origin: here, "content-type": "application/json; charset=utf-8" })
      ],
      Effect.map(({ status }) => status)
    )
    assert.deepStrictEqual(statuses, [200, 200, 403, 403, 403, 403, 415, 415, 403, 403, 200])
    assert.strictEqual((yield* get("/state")).body.users.length, 1)
  }).pipe(Effect.provide(layer))
)

it.effect("a body that makes no sense is told what is wrong with it", () =>
  Effect.gen(function* () {
    for (const [path, body] of [
      ["/users", { name: " " }],
      ["/messages", { chat: "c", kind: "text" }],
      ["/messages", { chat: "c", kind: "song" }],
      ["/faults", { faults: [{ kind: "earthquake" }] }],
      ["/faults", { switches: { delivery: "pigeon" } }]
    ] as const) {
      const { body: said, status } = yield* post(path, body)
      assert.deepStrictEqual([status, said.error.code], [400, "body"], path)
    }
  }).pipe(Effect.provide(layer))
)

it.effect("pictures are taken up to 5 MiB and given back, and nothing that could run is", () =>
  Effect.gen(function* () {
    const upload = (bytes: Uint8Array, type: string) =>
      answer(HttpClientRequest.post(`${here}/sandbox/api/uploads`).pipe(HttpClientRequest.bodyUint8Array(bytes, type)))
    const bytes = Uint8Array.from([137, 80, 78, 71])
    const { body } = yield* upload(bytes, "image/png")
    const picture = yield* HttpClient.get(body.url)
    assert.strictEqual(picture.headers["content-type"], "image/png")
    assert.deepStrictEqual(new Uint8Array(yield* picture.arrayBuffer), bytes)
    const sizes = yield* Effect.forEach([5 * 1024 * 1024, 5 * 1024 * 1024 + 1], (size) =>
      upload(new Uint8Array(size), "image/jpeg")
    )
    assert.deepStrictEqual(
      sizes.map(({ status }) => status),
      [200, 413]
    )
    assert.strictEqual((yield* upload(bytes, "image/svg+xml")).status, 415)
    assert.strictEqual((yield* upload(bytes, "text/html")).status, 415)
    assert.strictEqual((yield* HttpClient.get(`${here}/sandbox/media/99.png`)).status, 404)
  }).pipe(Effect.provide(layer))
)

it.effect("without a gateway, its questions are answered with 409", () =>
  Effect.gen(function* () {
    const answers = [
      yield* get("/pairing"),
      yield* get("/transport"),
      yield* post("/pairing/ABCD2345/approve", {}),
      yield* post("/transport", { mode: "webhook" })
    ]
    assert.deepStrictEqual(
      answers.map(({ body, status }) => [status, body.error.code]),
      answers.map(() => [409, "no-gateway"])
    )
  }).pipe(Effect.provide(layer))
)

const decided: Array<string> = []
const desk = Layer.effect(
  SandboxDesk,
  Effect.gen(function* () {
    const now = yield* DateTime.now
    return SandboxDesk.of({
      pending: Effect.succeed([
        {
          account: "default",
          senderId: "s",
          displayName: "Lan",
          code: "ABCD2345",
          createdAt: now,
          expiresAt: DateTime.add(now, { hours: 1 })
        }
      ]),
      approve: (code) =>
        code === "ABCD2345"
          ? Effect.sync(() => void decided.push(code))
          : Effect.fail(new DeskError({ reason: "unknown", detail: "No such code." })),
      decline: () => Effect.fail(new DeskError({ reason: "expired", detail: "Too late." })),
      transport: Effect.succeed({ mode: "polling", ready: true, detail: "" }),
      setTransport: (mode) => Effect.succeed({ mode, ready: false, detail: "starting" })
    })
  })
)

it.effect("the gateway beside it lists, approves, declines and switches", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual((yield* get("/pairing")).body, {
      requests: [
        {
          account: "default",
          senderId: "s",
          displayName: "Lan",
          code: "ABCD2345",
          createdAt: "1970-01-01T00:00:00.000Z",
          expiresAt: "1970-01-01T01:00:00.000Z"
        }
      ]
    })
    assert.deepStrictEqual(yield* post("/pairing/ABCD2345/approve", {}), { status: 200, body: { ok: true } })
    assert.deepStrictEqual(decided, ["ABCD2345"])
    assert.strictEqual((yield* post("/pairing/NOPE/approve", {})).status, 404)
    assert.strictEqual((yield* post("/pairing/ABCD2345/decline", {})).status, 410)
    assert.strictEqual((yield* post("/pairing/ABCD2345/decline", {}, { origin: "http://example.test" })).status, 403)
    assert.deepStrictEqual((yield* post("/transport", { mode: "webhook" })).body, {
      mode: "webhook",
      ready: false,
      detail: "starting"
    })
    assert.strictEqual((yield* post("/transport", { mode: "carrier pigeon" })).status, 400)
  }).pipe(Effect.provide(withDesk(desk)))
)
