import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { GuardedClient, type GuardedRequest } from "../../src/media/GuardedClient.ts"
import { Media } from "../../src/media/Media.ts"
import { Resolver } from "../../src/media/Resolver.ts"
import { layer, layerResolver } from "../../src/node/media-client.ts"
import { selfSigned } from "../zalo/self-signed.ts"
import { closedPort, proxying, serving } from "../zalo/servers.ts"
import { accountOf, filesIn, folder, jpeg, mediaIn, Names } from "./kit.ts"

const get = (request: GuardedRequest) =>
  GuardedClient.use((client) => client.get(request)).pipe(
    Effect.flatMap((response) => Effect.map(response.arrayBuffer, (body) => ({ status: response.status, body }))),
    Effect.scoped,
    Effect.provide(layer)
  )

const at = (host: string, port: number) => new URL(`http://${host}:${port}/a.jpg?x=1`)

describe("the connection", () => {
  it.live("goes to the checked address, whatever the name leads to, and asks for the name", () =>
    Effect.gen(function* () {
      const hosts: Array<string | undefined> = []
      const port = yield* serving((request, response) => {
        hosts.push(request.headers.host, request.url)
        response.end(jpeg)
      })
      // No resolver in the world knows this one.
      const url = at("pictures.invalid", port)
      const { body, status } = yield* get({ url, address: "127.0.0.1", proxy: undefined })
      assert.strictEqual(status, 200)
      assert.isTrue(jpeg.equals(Buffer.from(body)))
      assert.deepStrictEqual(hosts, [`pictures.invalid:${port}`, "/a.jpg?x=1"])
      // And a name that does lead here is not followed elsewhere than told.
      const elsewhere = yield* Effect.flip(get({ url: at("localhost", port), address: "127.0.0.2", proxy: undefined }))
      assert.strictEqual(elsewhere.reason._tag, "TransportError")
    })
  )

  it.live(
    "through a proxy: CONNECT to the checked address, the name in the head alone, nothing of us in the headers",
    () =>
      Effect.gen(function* () {
        const seen: Array<Record<string, unknown>> = []
        const port = yield* serving((request, response) => {
          seen.push({ ...request.headers })
          response.end(jpeg)
        })
        const proxy = yield* proxying
        const url = at("pictures.invalid", port)
        const uri = Redacted.make(`http://u:p@127.0.0.1:${proxy.port}`)
        assert.strictEqual((yield* get({ url, address: "127.0.0.1", proxy: uri })).status, 200)
        assert.deepStrictEqual(proxy.asked, [`127.0.0.1:${port}`])
        assert.strictEqual(seen[0]?.["host"], `pictures.invalid:${port}`)
        assert.notInclude(JSON.stringify(seen), "proxy-authorization")
        // Without an address the proxy is asked for the name.
        yield* Effect.flip(get({ url: at("pictures.invalid", port), address: undefined, proxy: uri }))
        assert.strictEqual(proxy.asked[1], `pictures.invalid:${port}`)
      })
  )

  it.live("a proxy that is none is a failure, not a defect", () =>
    Effect.gen(function* () {
      const port = yield* closedPort
      for (const proxy of [`http://127.0.0.1:${port}`, "gopher://x"]) {
        const request = { url: at("pictures.invalid", 80), address: "127.0.0.1", proxy: Redacted.make(proxy) }
        assert.strictEqual((yield* Effect.flip(get(request))).reason._tag, "TransportError")
      }
    })
  )

  it.live("a certificate is held to the name, directly and behind a proxy", () =>
    Effect.gen(function* () {
      const before = getCACertificates("default")
      yield* Effect.acquireRelease(
        Effect.sync(() => setDefaultCACertificates([...before, selfSigned.cert])),
        () => Effect.sync(() => setDefaultCACertificates(before))
      )
      const names: Array<string | false | undefined> = []
      const server = yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createTlsServer>>((resume) => {
          const made = createTlsServer(selfSigned, (request, response) => {
            const { socket } = request
            names.push("servername" in socket && typeof socket.servername === "string" ? socket.servername : undefined)
            response.end(jpeg)
          })
          made.listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
        }),
        (made) => Effect.promise(() => new Promise((done) => made.close(done)))
      )
      const address: AddressInfo | string | null = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const proxy = yield* proxying
      for (const through of [undefined, Redacted.make(`http://u:p@127.0.0.1:${proxy.port}`)]) {
        const good = { url: new URL(`https://localhost:${port}/`), address: "127.0.0.1", proxy: through }
        assert.strictEqual((yield* get(good)).status, 200)
        // The certificate is good for the IP address too, but that is not whom we asked for.
        const wrong = { ...good, url: new URL(`https://pictures.invalid:${port}/`) }
        const error = yield* Effect.flip(get(wrong))
        assert.include(String(error.reason.cause), "altnames")
      }
      assert.deepStrictEqual(names, ["localhost", "localhost"])
      assert.deepStrictEqual(proxy.asked, [`127.0.0.1:${port}`, `127.0.0.1:${port}`])
    })
  )
})

it.live(
  "a name that leads elsewhere the second time is asked once, and the first answer is where the connection goes",
  () =>
    Effect.gen(function* () {
      const port = yield* serving((_, response) => response.end(jpeg))
      const path = yield* folder
      // The second answer would be refused, and nobody listens at the third.
      const names = new Names().set("rebinding.invalid", ["127.0.0.1"], ["10.0.0.1"], ["127.0.0.9"])
      const account = accountOf({ allowRanges: ["127.0.0.0/8"] })
      const found = yield* Media.use((media) =>
        media.fetch(account, { url: at("rebinding.invalid", port).href, kind: "photo" })
      ).pipe(Effect.provide(mediaIn(path, { names })))
      assert.strictEqual(found.bytes, jpeg.length)
      assert.deepStrictEqual(names.asked, ["rebinding.invalid"])
    })
)

it.live("a file that is too large is left in the middle, and its connection closed", () =>
  Effect.gen(function* () {
    let written = 0
    let closed = 0
    const piece = Buffer.concat([jpeg, Buffer.alloc(64 * 1024)])
    const port = yield* serving((request, response) => {
      request.socket.on("close", () => (closed += 1))
      const write = () => {
        while (written < 2_000) {
          written += 1
          if (!response.write(piece)) {
            response.once("drain", write)
            return
          }
        }
        response.end()
      }
      write()
    })
    const path = yield* folder
    const names = new Names().set("large.invalid", ["127.0.0.1"])
    const account = accountOf({ allowRanges: ["127.0.0.1"] }, { mediaMaxBytes: 200_000 })
    const error = yield* Effect.flip(
      Media.use((media) => media.fetch(account, { url: at("large.invalid", port).href, kind: "photo" }))
    ).pipe(Effect.provide(mediaIn(path, { names })))
    assert.strictEqual(error.reason, "too-large")
    assert.deepStrictEqual(filesIn(path), [])
    yield* Effect.sleep("10 millis").pipe(Effect.repeat({ until: () => closed === 1 }))
    assert.isBelow(written, 1_000)
  }).pipe(Effect.timeout("10 seconds"))
)

it.live("redirects over real connections, each resolved and checked for itself", () =>
  Effect.gen(function* () {
    const asked: Array<string | undefined> = []
    const port = yield* serving((request, response) => {
      asked.push(request.headers.host)
      if (request.headers.host?.startsWith("first") === true) {
        response.writeHead(301, { location: `//second.invalid:${port}/b.jpg` }).end()
      } else if (request.url === "/b.jpg") {
        response.writeHead(307, { location: "/c.jpg" }).end()
      } else {
        response.end(jpeg)
      }
    })
    const path = yield* folder
    const names = new Names().set("first.invalid", ["127.0.0.1"]).set("second.invalid", ["127.0.0.1"])
    const account = accountOf({ allowRanges: ["127.0.0.1"] })
    const found = yield* Media.use((media) =>
      media.fetch(account, { url: at("first.invalid", port).href, kind: "photo" })
    ).pipe(Effect.provide(mediaIn(path, { names })))
    assert.strictEqual(found.contentType, "image/jpeg")
    assert.deepStrictEqual(asked, [`first.invalid:${port}`, `second.invalid:${port}`, `second.invalid:${port}`])
    assert.deepStrictEqual(names.asked, ["first.invalid", "second.invalid", "second.invalid"])
  })
)

it.live("this machine's resolver knows its own name, and says so when it knows none", () =>
  Effect.gen(function* () {
    const resolver = yield* Resolver
    const here = yield* resolver.resolve("localhost")
    assert.includeMembers(["127.0.0.1", "::1"], [...here])
    assert.include(
      ["unknown-name", "unavailable"],
      (yield* Effect.flip(resolver.resolve("no-such-name.invalid"))).reason
    )
  }).pipe(Effect.provide(layerResolver))
)
