import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { layer } from "../../src/node/http-client.ts"
import { serving } from "./servers.ts"

const at = (port: number) => `http://127.0.0.1:${port}/x?q=1#part`
const megabyte = Buffer.alloc(1024 * 1024, "ế")

describe("the client's answers, read as the rest of the program reads them", () => {
  it.live("head, JSON and text, twice if need be", () =>
    Effect.gen(function* () {
      const port = yield* serving((request, response) => {
        response.writeHead(203, { "content-type": "application/json", "set-cookie": ["a=1", "b=2"] })
        response.end(`\uFEFF{"path":"${request.url ?? ""}"}`)
      })
      const client = yield* HttpClient.HttpClient
      const response = yield* client.get(at(port))
      assert.strictEqual(response.status, 203)
      assert.strictEqual(response.url, `http://127.0.0.1:${port}/x?q=1`)
      assert.strictEqual(response.headers["content-type"], "application/json")
      assert.deepStrictEqual(Object.keys(response.cookies.cookies), ["a", "b"])
      assert.deepStrictEqual(yield* response.json, { path: "/x?q=1" })
      assert.strictEqual(yield* response.text, '{"path":"/x?q=1"}')
    }).pipe(Effect.provide(layer))
  )

  it.live("an answer without a body, and one that is no JSON", () =>
    Effect.gen(function* () {
      const port = yield* serving((request, response) =>
        request.method === "GET" ? response.end("{half") : response.writeHead(204).end()
      )
      const client = yield* HttpClient.HttpClient
      const empty = yield* client.del(at(port))
      assert.strictEqual(empty.status, 204)
      assert.strictEqual(yield* empty.text, "")
      const head = yield* client.del(at(port))
      assert.strictEqual((yield* head.arrayBuffer).byteLength, 0)
      const error = yield* Effect.flip(Effect.flatMap(client.get(at(port)), (response) => response.json))
      assert.strictEqual(error.reason._tag, "DecodeError")
    }).pipe(Effect.provide(layer))
  )

  it.live("a large file as bytes and as a stream that is not read ahead of its reader", () =>
    Effect.gen(function* () {
      let written = 0
      const port = yield* serving((request, response) => {
        if (request.method === "POST") {
          response.end(megabyte)
          return
        }
        const write = () => {
          while (written < 64) {
            written += 1
            if (!response.write(megabyte)) {
              response.once("drain", write)
              return
            }
          }
          response.end()
        }
        write()
      })
      const client = yield* HttpClient.HttpClient
      const whole = yield* Effect.flatMap(client.post(at(port)), (response) => response.arrayBuffer)
      assert.isTrue(megabyte.equals(Buffer.from(whole)))
      const response = yield* client.get(at(port))
      yield* Effect.sleep("300 millis")
      // What the sockets' buffers take is the system's affair; 64 MiB would be memory of ours.
      assert.isBelow(written, 32)
      const size = yield* Stream.runFold(
        response.stream,
        () => 0,
        (sum, bytes) => sum + bytes.length
      )
      assert.strictEqual(size, 64 * megabyte.length)
    }).pipe(Effect.provide(layer))
  )

  it.live("a reader that has enough ends the transfer, and a torn one is an error", () =>
    Effect.gen(function* () {
      let closed = 0
      const port = yield* serving((request, response) => {
        request.socket.on("close", () => (closed += 1))
        response.writeHead(200, { "content-length": 10 * megabyte.length })
        response.write(megabyte, () => {
          if (request.method === "POST") request.socket.destroy()
        })
      })
      const client = yield* HttpClient.HttpClient
      const response = yield* client.get(at(port))
      const first = yield* Stream.runHead(response.stream)
      assert.isTrue(Option.isSome(first))
      yield* Effect.sleep(5).pipe(Effect.repeat({ until: () => closed === 1 }))
      const torn = yield* client.post(at(port))
      assert.strictEqual((yield* Effect.flip(Stream.runDrain(torn.stream))).reason._tag, "DecodeError")
    }).pipe(Effect.timeout("5 seconds"), Effect.provide(layer))
  )

  it.live("an upload that is a stream arrives", () =>
    Effect.gen(function* () {
      const port = yield* serving((request, response) => request.pipe(response))
      const client = yield* HttpClient.HttpClient
      const echoed = yield* HttpClientRequest.post(at(port)).pipe(
        HttpClientRequest.bodyStream(Stream.make(new TextEncoder().encode("xin "), new TextEncoder().encode("chào"))),
        client.execute,
        Effect.flatMap((response) => response.text)
      )
      assert.strictEqual(echoed, "xin chào")
    }).pipe(Effect.provide(layer))
  )

  it.live("a caller that gives up before the connection is answered closes it", () =>
    Effect.gen(function* () {
      let opened = 0
      let closed = 0
      const port = yield* serving((request) => {
        opened += 1
        request.socket.on("close", () => (closed += 1))
      })
      const client = yield* HttpClient.HttpClient
      yield* client.get(at(port)).pipe(Effect.timeoutOption("100 millis"))
      yield* Effect.sleep(5).pipe(Effect.repeat({ until: () => closed === 1 }))
      assert.strictEqual(opened, 1)
    }).pipe(Effect.timeout("5 seconds"), Effect.provide(layer))
  )
})
