import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { RequestListener } from "node:http"
import * as http from "../../src/node/http-client.ts"
import { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import { closedPort, proxying, serving, servingTls } from "./servers.ts"
import { botWith, token } from "./stub.ts"

const bot = (baseUrl: string) => ZaloApi.make({ token: Redacted.make(token), baseUrl })
const send = (baseUrl: string) => Effect.flatMap(bot(baseUrl), (api) => api.sendMessage({ chat: "c", text: "t" }))
const over = <E>(layer: Layer.Layer<HttpClient, E>) => Effect.provide(layer)
const answer = '{"ok":true,"result":{"message_id":"m1"}}'
const ok: RequestListener = (request, response) => {
  request.resume().on("end", () => response.end(answer))
}

describe("over a real connection", () => {
  it.live("a message goes out and its id comes back, also after the server closed the connection", () =>
    Effect.gen(function* () {
      const port = yield* serving((request, response) => {
        response.setHeader("connection", "close")
        ok(request, response)
      })
      const base = `http://127.0.0.1:${port}`
      assert.deepStrictEqual(yield* send(base), { messageId: "m1" })
      assert.deepStrictEqual(yield* send(base), { messageId: "m1" })
    }).pipe(over(http.layer))
  )

  it.live("a refused connection surely sent nothing", () =>
    Effect.gen(function* () {
      const port = yield* closedPort
      for (const host of ["127.0.0.1", "localhost"]) {
        const error = yield* Effect.flip(send(`http://${host}:${port}`))
        assert.deepInclude(error.reason, { _tag: "Unreachable", code: "ECONNREFUSED" })
        assert.deepStrictEqual([error.send, error.poll, error.explicit], ["retry", "retry", false])
      }
    }).pipe(over(http.layer))
  )

  it.live("a certificate that nobody signed surely stopped it", () =>
    Effect.gen(function* () {
      let requests = 0
      const port = yield* servingTls((request, response) => {
        requests += 1
        ok(request, response)
      })
      const error = yield* Effect.flip(send(`https://127.0.0.1:${port}`))
      assert.deepInclude(error.reason, { _tag: "Unreachable", code: "DEPTH_ZERO_SELF_SIGNED_CERT" })
      assert.strictEqual(requests, 0)
    }).pipe(over(http.layer))
  )

  const broken: ReadonlyArray<readonly [when: string, listener: RequestListener]> = [
    ["before the request was read", (request) => request.socket.destroy()],
    ["by a reset", (request) => request.socket.resetAndDestroy()],
    ["after the request was read", (request) => request.resume().on("end", () => request.socket.destroy())],
    [
      "after the head of the answer",
      (request, response) =>
        request.resume().on("end", () => {
          response.writeHead(200, { "content-length": answer.length }).flushHeaders()
          response.write("", () => request.socket.destroy())
        })
    ],
    [
      "inside the answer",
      (request, response) =>
        request.resume().on("end", () => {
          response.writeHead(200, { "content-length": answer.length })
          response.write(answer.slice(0, 20), () => request.socket.destroy())
        })
    ],
    [
      "inside a chunked answer",
      (request, response) =>
        request.resume().on("end", () => {
          response.write(answer, () => request.socket.destroy())
        })
    ]
  ]
  for (const [when, listener] of broken) {
    it.live(`a connection that ends ${when} says nothing about the message`, () =>
      Effect.gen(function* () {
        let requests = 0
        const port = yield* serving((request, response) => {
          requests += 1
          listener(request, response)
        })
        const error = yield* Effect.flip(send(`http://127.0.0.1:${port}`))
        assert.deepInclude(error.reason, { _tag: "Unclear", why: "connection-lost" })
        assert.strictEqual(error.send, "unknown")
        // A second try of the transport's own would double the message.
        assert.strictEqual(requests, 1)
      }).pipe(over(http.layer))
    )
  }

  it.live("an answer that does not come to an end is left, and says nothing about the message", () =>
    Effect.gen(function* () {
      let written = 0
      const left = yield* Deferred.make<void>()
      const port = yield* serving((_, response) => {
        response.on("close", () => Deferred.doneUnsafe(left, Effect.void))
        const push = () => {
          do written += 65_536
          while (response.write(Buffer.alloc(65_536, " ")))
          response.once("drain", push)
        }
        push()
      })
      const error = yield* Effect.flip(send(`http://127.0.0.1:${port}`))
      assert.deepInclude(error.reason, { _tag: "Unclear", why: "connection-lost" })
      yield* Deferred.await(left)
      assert.isBelow(written, 32 * 2 ** 20)
    }).pipe(over(http.layer))
  )

  it.live("redirects are not followed: the token stays with the host it was given to", () =>
    Effect.gen(function* () {
      let followed = 0
      const elsewhere = yield* serving((request, response) => {
        followed += 1
        ok(request, response)
      })
      const port = yield* serving((request, response) =>
        response.writeHead(307, { location: `http://127.0.0.1:${elsewhere}${request.url ?? ""}` }).end()
      )
      const error = yield* Effect.flip(send(`http://127.0.0.1:${port}`))
      assert.deepInclude(error.reason, { _tag: "Undecodable", status: 307 })
      assert.strictEqual(followed, 0)
    }).pipe(over(http.layer))
  )

  it.live("open polls and hanging sends keep nobody waiting", () =>
    Effect.gen(function* () {
      let open = 0
      const port = yield* serving((request, response) => {
        request.resume()
        if (request.url?.endsWith("getUpdates") === true || open < 300) open += 1
        else response.end(answer)
      })
      const api = yield* bot(`http://127.0.0.1:${port}`)
      const poll = Effect.forkChild(api.getUpdates(Duration.seconds(30)))
      yield* Effect.forEach(Array.from({ length: 50 }), () => poll)
      const hang = Effect.forkChild(Effect.exit(api.sendMessage({ chat: "busy", text: "t" })))
      yield* Effect.forEach(Array.from({ length: 250 }), () => hang)
      yield* Effect.sleep(5).pipe(Effect.repeat({ until: () => open >= 300 }))
      assert.deepStrictEqual(yield* api.sendMessage({ chat: "c", text: "t" }), { messageId: "m1" })
    }).pipe(Effect.timeout("5 seconds"), over(http.layer))
  )

  it.live("an abandoned call closes its connection", () =>
    Effect.gen(function* () {
      let closed = 0
      const port = yield* serving((request, response) => {
        request.socket.on("close", () => (closed += 1))
        // The head comes, the body never does.
        response.writeHead(200).flushHeaders()
      })
      const api = yield* bot(`http://127.0.0.1:${port}`)
      assert.deepStrictEqual(
        yield* api.getUpdates(Duration.seconds(1)).pipe(Effect.timeoutOption("100 millis")),
        Option.none()
      )
      yield* Effect.sleep(5).pipe(Effect.repeat({ until: () => closed === 1 }))
    }).pipe(Effect.timeout("5 seconds"), over(http.layer))
  )
})

describe("through a proxy", () => {
  it.live("calls are tunnelled, with the password of its address", () =>
    Effect.gen(function* () {
      const proxy = yield* proxying
      const port = yield* serving(ok)
      const url = Redacted.make(`http://u:p@127.0.0.1:${proxy.port}`)
      const sent = yield* send(`http://127.0.0.1:${port}`).pipe(over(http.layerProxy(url)))
      assert.deepStrictEqual(sent, { messageId: "m1" })
      assert.deepStrictEqual(proxy.asked, [`127.0.0.1:${port}`])
    })
  )

  it.live("a proxy that is not there surely sent nothing", () =>
    Effect.gen(function* () {
      const url = Redacted.make(`http://u:p@127.0.0.1:${yield* closedPort}`)
      const error = yield* Effect.flip(send("http://127.0.0.1:9").pipe(over(http.layerProxy(url))))
      assert.deepInclude(error._tag === "ZaloError" && error.reason, { _tag: "Unreachable", code: "ECONNREFUSED" })
    })
  )

  it.live("an address that cannot be used is an error that does not repeat it", () =>
    Effect.gen(function* () {
      for (const address of ["not an address", "ftp://u:hunter2@127.0.0.1", ""]) {
        const error = yield* Effect.flip(send("http://127.0.0.1:9").pipe(over(http.layerProxy(Redacted.make(address)))))
        assert.strictEqual(error._tag, "ProxyError")
        assert.notInclude(`${error.stack} ${JSON.stringify(error)}`, "hunter2")
      }
    })
  )
})

describe("the code that a transport failed with", () => {
  const code = (code: string, more: object = {}) =>
    Object.assign(new Error(`at /bot${token}/sendMessage`), { code, ...more })
  const causes: ReadonlyArray<readonly [name: string, cause: unknown, expected: string]> = [
    ["a name that is not known", code("ENOTFOUND", { syscall: "getaddrinfo" }), "ENOTFOUND"],
    ["a resolver that is down", code("EAI_AGAIN"), "EAI_AGAIN"],
    ["no route to connect over", code("EHOSTUNREACH", { syscall: "connect" }), "EHOSTUNREACH"],
    ["no network", code("ENETUNREACH"), "ENETUNREACH"],
    ["our connect time-out", code("UND_ERR_CONNECT_TIMEOUT"), "UND_ERR_CONNECT_TIMEOUT"],
    ["an expired certificate", code("CERT_HAS_EXPIRED"), "CERT_HAS_EXPIRED"],
    ["an unknown issuer", code("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["somebody else's certificate", code("ERR_TLS_CERT_ALTNAME_INVALID"), "ERR_TLS_CERT_ALTNAME_INVALID"],
    [
      "a cause further down",
      new TypeError("fetch failed", { cause: new Error("x", { cause: code("ENOTFOUND") }) }),
      "ENOTFOUND"
    ],
    [
      "every address of a host",
      new AggregateError([code("ENETUNREACH"), code("ECONNREFUSED")], "all failed"),
      "ENETUNREACH"
    ],
    ["one of a host's addresses only", new AggregateError([code("ENETUNREACH"), code("ECONNRESET")]), "lost"],
    ["a route that an open connection lost", code("EHOSTUNREACH", { syscall: "read" }), "lost"],
    ["a reset", code("ECONNRESET"), "lost"],
    ["a time-out of the kernel", code("ETIMEDOUT"), "lost"],
    ["a broken pipe", code("EPIPE", { syscall: "write" }), "lost"],
    ["undici's own word for a lost socket", code("UND_ERR_SOCKET"), "lost"],
    ["a code that is no text", code("", { code: 111 }), "lost"],
    ["no cause", undefined, "lost"],
    ["a text", "ECONNREFUSED", "lost"]
  ]
  const circle: { cause?: unknown } = {}
  circle.cause = circle

  for (const [name, cause, expected] of [...causes, ["a circle", circle, "lost"] as const]) {
    it.effect(`${name}: ${expected}`, () =>
      Effect.gen(function* () {
        const { api } = yield* botWith((request) =>
          Effect.fail(
            new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
          )
        )
        const { reason } = yield* Effect.flip(api.sendSticker({ chat: "c", sticker: "s" }))
        assert.deepInclude(
          reason,
          expected === "lost" ? { _tag: "Unclear", why: "connection-lost" } : { _tag: "Unreachable", code: expected }
        )
      })
    )
  }

  it.effect("an address that is none surely sent nothing", () =>
    Effect.gen(function* () {
      const { api, seen } = yield* botWith(() => Effect.never, "https://")
      const { reason } = yield* Effect.flip(api.getMe)
      assert.deepInclude(reason, { _tag: "Unreachable", code: "ERR_INVALID_URL" })
      assert.lengthOf(seen, 0)
    })
  )

  it.effect("a transport that throws left it unclear", () =>
    Effect.gen(function* () {
      const { api } = yield* botWith(() => Effect.die(new Error(`https://zalo.test/bot${token}/getMe`)))
      assert.deepInclude((yield* Effect.flip(api.getMe)).reason, { _tag: "Unclear", why: "connection-lost" })
    })
  )
})
