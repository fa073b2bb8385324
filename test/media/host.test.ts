import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { FileSystem } from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Redacted from "effect/Redacted"
import type { OutboundPayload } from "../../src/domain/Reply.ts"
import { HostedMedia, maxFetches } from "../../src/media/HostedMedia.ts"
import { Media } from "../../src/media/Media.ts"
import { hostingPaths, publicBase } from "../../src/media/publicBase.ts"
import * as routes from "../../src/media/routes.ts"
import { layer as layerHttpClient } from "../../src/node/http-client.ts"
import { layerLoopback } from "../../src/node/sandbox-server.ts"
import { aac, accountOf, filesIn, folder, jpeg, mediaIn, Names, page, png } from "./kit.ts"

const shop = accountOf({ publicUrl: "https://bot.example/zalo" })
const picture = (url: string, caption?: string): OutboundPayload => ({
  _tag: "Photo",
  url,
  ...(caption === undefined ? {} : { caption })
})

/** Serves what is hosted in a folder, at the paths that the accounts need. */
const serving = (path: string, database = ":memory:", names?: Names) =>
  HttpRouter.serve(
    routes.layer(() => hostingPaths([shop])),
    { disableListenLog: true, disableLogger: true }
  ).pipe(
    Layer.provideMerge(HttpServer.layerTestClient),
    Layer.provideMerge(layerLoopback(0)),
    Layer.provideMerge(layerHttpClient),
    Layer.provideMerge(mediaIn(path, { database, ...(names === undefined ? {} : { names }) }))
  )

const prepare = (url: string, account = shop) =>
  Media.use((media) => media.prepare(account, picture(url))).pipe(
    Effect.map((payload) => (payload._tag === "Photo" ? payload : assert.fail("no photo")))
  )

/** Where a hosted file is found in this test: its address without the origin. */
const hosted = (url: string) => {
  const { pathname, search } = new URL(url)
  return pathname + search
}

const ask = (path: string, method: "GET" | "HEAD" | "POST" = "GET") =>
  HttpClient.execute(HttpClientRequest.make(method)(path)).pipe(
    Effect.flatMap((response) =>
      Effect.map(response.arrayBuffer, (body) => ({
        status: response.status,
        headers: response.headers,
        body: Buffer.from(body)
      }))
    ),
    Effect.scoped
  )
const status = (path: string, method?: "GET" | "HEAD" | "POST") =>
  Effect.map(ask(path, method), (found) => found.status)

const inFolder = <A, E, R>(body: (path: string) => Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.flatMap(folder, body))

describe("where Zalo finds a file", () => {
  it("is media.publicUrl, else the origin of webhookUrl and the path that is served", () => {
    const webhook = {
      _tag: "Webhook",
      url: "https://bot.example/pub?x=1",
      path: "/zalo",
      secret: Redacted.make("s")
    } as const
    assert.strictEqual(publicBase(accountOf({}, { transport: webhook })), "https://bot.example/zalo")
    assert.strictEqual(
      publicBase(accountOf({ publicUrl: "https://p.example" }, { transport: webhook })),
      "https://p.example"
    )
    assert.isUndefined(publicBase(accountOf()))
    const accounts = [shop, shop, accountOf(), accountOf({ publicUrl: "https://p.example" })]
    assert.deepStrictEqual(hostingPaths(accounts), ["/zalo", ""])
  })
})

describe("a local picture", () => {
  it.live("gets an address of 24 and 48 hex digits, and its bytes, type and headers there, again and again", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const file = join(path, "p.png")
        writeFileSync(file, png)
        const { problem, url } = yield* prepare(file)
        assert.isUndefined(problem)
        assert.match(url, /^https:\/\/bot\.example\/zalo\/media\/[0-9a-f]{24}\?token=[0-9a-f]{48}$/)
        for (let time = 0; time < 3; time++) {
          const { body, headers, status } = yield* ask(hosted(url))
          assert.strictEqual(status, 200)
          assert.isTrue(body.equals(png))
          assert.strictEqual(headers["content-type"], "image/png")
          assert.strictEqual(headers["content-length"], String(png.length))
          assert.strictEqual(headers["cache-control"], "no-store")
          assert.strictEqual(headers["x-content-type-options"], "nosniff")
        }
        const kept = filesIn(join(path, "out"))
        assert.deepStrictEqual(
          kept.map(({ mode }) => mode),
          [0o600]
        )
        assert.strictEqual(statSync(join(path, "out")).mode & 0o777, 0o700)
      }).pipe(Effect.provide(serving(path)))
    )
  )

  it.live("401 without the right token, 404 for what is not there, ill-formed, or asked for in another way", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const { url } = yield* prepare(`data:image/png;base64,${png.toString("base64")}`)
        const good = hosted(url)
        const [name = "", token = ""] = good.split("?token=")
        assert.strictEqual(yield* status(name), 401)
        assert.strictEqual(yield* status(`${name}?token=`), 401)
        assert.strictEqual(yield* status(`${name}?token=${token.slice(1)}`), 401)
        assert.strictEqual(yield* status(`${name}?token=${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`), 401)
        assert.strictEqual((yield* ask(name)).body.toString(), "Unauthorized")
        assert.strictEqual(yield* status(good, "POST"), 404)
        const unknown = "/zalo/media/000000000000000000000000"
        for (const wrong of [
          unknown,
          "/zalo/media/..%2f..%2fzalo-effect.db",
          "/zalo/media/",
          `${name}0`,
          "/zalo/media"
        ]) {
          assert.strictEqual(yield* status(`${wrong}?token=${token}`), 404, wrong)
        }
        assert.strictEqual(yield* status(good), 200)
      }).pipe(Effect.provide(serving(path)))
    )
  )

  it.live("HEAD is free, GET is counted, and after fifty it is gone", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const { url } = yield* prepare(`data:,${encodeURIComponent("GIF89a")}aaaaaaaa`)
        const good = hosted(url)
        for (let time = 0; time < maxFetches + 10; time++) assert.strictEqual(yield* status(good, "HEAD"), 200)
        const head = yield* ask(good, "HEAD")
        assert.deepStrictEqual([head.body.length, head.headers["content-length"]], [0, "14"])
        for (let time = 0; time < maxFetches; time++) assert.strictEqual(yield* status(good), 200)
        assert.deepStrictEqual([yield* status(good), yield* status(good, "HEAD")], [410, 410])
      }).pipe(Effect.provide(serving(path)))
    )
  )

  it.effect("expires media.hostTtl after it was last given to Zalo: 410, a day later 404", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const { url } = yield* prepare(`data:image/png;base64,${png.toString("base64")}`)
        const give = Media.use((media) => media.problem(shop, picture(url)))
        const sweep = HostedMedia.use((all) => all.sweep)
        // It waits in the outbox for as long as that tries.
        yield* TestClock.adjust("24 hours")
        assert.isUndefined(yield* give)
        yield* TestClock.adjust("50 minutes")
        assert.isUndefined(yield* give)
        yield* TestClock.adjust("59 minutes")
        assert.strictEqual(yield* status(hosted(url)), 200)
        yield* sweep
        assert.strictEqual(filesIn(path).length, 1)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual([yield* status(hosted(url)), yield* status(hosted(url), "HEAD")], [410, 410])
        assert.include(yield* give, "expired")
        yield* sweep
        assert.deepStrictEqual(filesIn(path), [])
        assert.strictEqual(yield* status(hosted(url)), 410)
        yield* TestClock.adjust("25 hours")
        yield* sweep
        assert.strictEqual(yield* status(hosted(url)), 404)
      }).pipe(Effect.provide(serving(path)))
    )
  )

  it.live("is there after a restart", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const database = join(path, "j.db")
        const { url } = yield* prepare(`data:image/png;base64,${png.toString("base64")}`).pipe(
          Effect.provide(mediaIn(path, { database }))
        )
        const again = yield* Effect.provide(ask(hosted(url)), serving(path, database))
        assert.isTrue(again.body.equals(png))
      })
    )
  )

  it.effect("what a crash left behind goes, what was just written stays", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const out = join(path, "out")
        mkdirSync(out, { recursive: true })
        yield* prepare(`data:image/png;base64,${png.toString("base64")}`)
        writeFileSync(join(out, "0123456789abcdef01234567"), jpeg)
        writeFileSync(join(out, ".part-0"), jpeg)
        const fs = yield* FileSystem
        for (const name of ["0123456789abcdef01234567", ".part-0"]) yield* fs.utimes(join(out, name), 0, 0)
        yield* HostedMedia.use((all) => all.sweep)
        assert.strictEqual(filesIn(out).length, 3)
        yield* TestClock.adjust("2 hours")
        yield* HostedMedia.use((all) => all.sweep)
        assert.strictEqual(filesIn(out).length, 1)
        assert.isTrue(filesIn(out)[0]?.bytes.equals(png))
      }).pipe(Effect.provide(mediaIn(path)))
    )
  )
})

describe("what can be hosted", () => {
  const problem = (url: string, account = shop) => Effect.map(prepare(url, account), (payload) => payload.problem)

  it.live("paths, file: addresses and data URIs of pictures; voices that are AAC, whose address ends in .aac", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const file = join(path, "ảnh một.jpg")
        writeFileSync(file, jpeg)
        writeFileSync(join(path, "v"), aac)
        symlinkSync(file, join(path, "link"))
        for (const url of [
          file,
          pathToFileURL(file).href,
          join(path, "link"),
          `data:image/png;base64,${png.toString("base64")}`,
          `data:text/html,${Array.from(jpeg, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")}`
        ]) {
          if (url.startsWith("data:text/html")) assert.isString(yield* problem(url))
          else assert.isUndefined(yield* problem(url), url)
        }
        const voice = yield* Media.use((media) => media.prepare(shop, { _tag: "Voice", url: join(path, "v") }))
        const url = voice._tag === "Voice" ? voice.url : ""
        assert.match(url, /\/media\/[0-9a-f]{24}\.aac\?token=[0-9a-f]{48}&as=voice\.aac$/)
        assert.isUndefined(yield* Media.use((media) => media.problem(shop, voice)))
        const served = yield* ask(hosted(url))
        assert.deepStrictEqual([served.status, served.headers["content-type"]], [200, "audio/aac"])
      }).pipe(Effect.provide(serving(path)))
    )
  )

  it.effect(
    "not what is no picture, too large, no file, or nowhere: the reason goes with the row, the data does not",
    () =>
      inFolder((path) =>
        Effect.gen(function* () {
          writeFileSync(join(path, "page.png"), page)
          writeFileSync(join(path, "drawing.svg"), '<svg xmlns="http://www.w3.org/2000/svg"/>')
          writeFileSync(join(path, "voice.png"), aac)
          writeFileSync(join(path, "large.jpg"), Buffer.concat([jpeg, Buffer.alloc(4_096)]))
          for (const name of ["page.png", "drawing.svg", "voice.png"]) {
            assert.include(yield* problem(join(path, name)), "no JPEG, PNG, GIF or WebP", name)
          }
          assert.include(yield* problem(join(path, "large.jpg")), "mediaMaxMb")
          const many = `data:image/jpeg;base64,${Buffer.concat([jpeg, Buffer.alloc(4_096)]).toString("base64")}`
          assert.include(yield* problem(many), "mediaMaxMb")
          assert.isBelow((yield* prepare(many)).url.length, 60)
          assert.include(yield* problem(join(path, "none.png")), "no file")
          assert.include(yield* problem(path), "is no file")
          assert.include(yield* problem("/dev/zero"), "is no file")
          assert.include(yield* problem("data:image/png;base64,@@@"), "base64")
          assert.include(yield* problem("data:image/png"), "no JPEG")
          assert.include(yield* problem("sftp://host/a.png"), "not sftp:")
          assert.include(yield* problem("file://elsewhere/a.png"), "no file")
          assert.deepStrictEqual(filesIn(path).length, 4)
          const payload = yield* prepare(join(path, "none.png"))
          assert.strictEqual(yield* Media.use((media) => media.problem(shop, payload)), payload.problem)
        }).pipe(Effect.provide(mediaIn(path)))
      )
  )

  it.effect("nothing while no public address is known, and the error says what to configure", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const why = yield* problem(`data:image/png;base64,${png.toString("base64")}`, accountOf())
        assert.include(why, "webhookUrl")
        assert.include(why, "media.publicUrl")
        assert.deepStrictEqual(filesIn(path), [])
      }).pipe(Effect.provide(mediaIn(path)))
    )
  )

  it.effect("texts, stickers and addresses pass as they are", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const media = yield* Media
        const payloads: ReadonlyArray<OutboundPayload> = [
          { _tag: "Text", text: "data:image/png;base64,xx" },
          { _tag: "Sticker", sticker: "/etc/passwd" },
          { _tag: "Photo", url: "https://pictures.example/a.png", caption: "c" },
          { _tag: "Voice", url: "https://pictures.example/a.aac" }
        ]
        for (const payload of payloads) assert.strictEqual(yield* media.prepare(accountOf(), payload), payload)
      }).pipe(Effect.provide(mediaIn(path)))
    )
  )
})

describe("what Zalo is asked to fetch", () => {
  it.effect("nothing of a private network, by address or by name; a name that is unknown here passes", () =>
    inFolder((path) => {
      const names = new Names().set("inside.example", ["10.0.0.1"]).set("pictures.example", ["93.184.216.34"])
      return Effect.gen(function* () {
        const problem = (url: string, account = shop) => Media.use((media) => media.problem(account, picture(url)))
        for (const url of [
          "http://127.0.0.1/a.png",
          "http://[::1]/a.png",
          "http://192.168.1.1/a.png",
          "http://0x7f.1/",
          "http://[::ffff:8.8.8.8]/",
          "http://router.lan/a.png",
          "https://inside.example/a.png"
        ]) {
          assert.include(yield* problem(url), "is refused", url)
        }
        assert.include(yield* problem("/tmp/a.png"), "no http(s) address")
        for (const url of ["https://pictures.example/a.png", "https://unknown.example/a.png", "http://8.8.8.8/a.png"]) {
          assert.isUndefined(yield* problem(url), url)
        }
        names.reason = "unavailable"
        assert.isUndefined(yield* problem("https://unknown.example/a.png"))
        assert.isUndefined(yield* problem("http://10.1.1.1/a.png", accountOf({ allowRanges: ["10.0.0.0/8"] })))
        // An address that only looks like one of ours.
        const like = `http://127.0.0.1/media/${"0".repeat(24)}?token=${"0".repeat(48)}`
        assert.include(yield* problem(like), "is refused")
      }).pipe(Effect.provide(mediaIn(path, { names })))
    })
  )

  it.effect("a resolver that does not answer holds a send up for three seconds, and the name passes", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const asked = yield* Effect.forkChild(
          Media.use((media) => media.problem(shop, picture("https://slow.example/a.png"))),
          { startImmediately: true }
        )
        yield* TestClock.adjust("2900 millis")
        assert.isUndefined(asked.pollUnsafe())
        yield* TestClock.adjust("100 millis")
        assert.isUndefined(yield* Fiber.join(asked))
      }).pipe(Effect.provide(mediaIn(path, { names: new Names().silent("slow.example") })))
    )
  )

  it.effect("only voices whose address ends in .aac", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const problem = (url: string) => Media.use((media) => media.problem(shop, { _tag: "Voice", url }))
        assert.include(yield* problem("https://pictures.example/a.mp3"), ".aac")
        for (const url of ["https://p.example/a.aac", "https://p.example/a.AAC?x=1", "https://p.example/a?n=a.aac"]) {
          assert.isUndefined(yield* problem(url), url)
        }
      }).pipe(Effect.provide(mediaIn(path)))
    )
  )
})

it.effect("the row is good for as long as the outbox tries, whatever media.hostTtl is", () =>
  inFolder((path) =>
    Effect.gen(function* () {
      const account = accountOf(
        { publicUrl: "https://bot.example/zalo", hostTtl: Duration.minutes(1) },
        { outbox: { maxAge: Duration.days(7) } }
      )
      const { url } = yield* prepare(`data:image/png;base64,${png.toString("base64")}`, account)
      yield* TestClock.adjust("7 days")
      assert.isUndefined(yield* Media.use((media) => media.problem(account, picture(url))))
      yield* TestClock.adjust("1 minute")
      assert.include(yield* Media.use((media) => media.problem(account, picture(url))), "expired")
    }).pipe(Effect.provide(mediaIn(path)))
  )
)
