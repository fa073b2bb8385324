import { createHash } from "node:crypto"
import { utimesSync } from "node:fs"
import { basename, dirname } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { Media, type Source } from "../../src/media/Media.ts"
import { MediaReach } from "../../src/media/MediaPlace.ts"
import { sweepReceived } from "../../src/media/sweep.ts"
import {
  aac,
  accountOf,
  filesIn,
  folder,
  jpeg,
  mediaIn,
  Names,
  page,
  png,
  Servers,
  serves,
  stopwatch,
  untilDone
} from "./kit.ts"

const photo: Source = { url: "https://pictures.example/a", kind: "photo" }
const known = () => new Names().set("pictures.example", ["93.184.216.34"])

const fetch = (from: Source = photo, account = accountOf()) => Media.use((media) => media.fetch(account, from))
const refusal = (from?: Source, account?: ReturnType<typeof accountOf>) =>
  Effect.map(Effect.flip(fetch(from, account)), ({ reason }) => reason)

/** Runs with servers of its own. */
const using = <A, E>(servers: Servers, effect: Effect.Effect<A, E, Media>, names: Names = known(), trusted?: string) =>
  Effect.gen(function* () {
    const path = yield* folder
    const options = { client: servers.layer, names, ...(trusted === undefined ? {} : { trusted }) }
    return { result: yield* Effect.provide(effect, mediaIn(path, options)), files: filesIn(path) }
  }).pipe(Effect.scoped)

describe("what is kept", () => {
  it.effect("a picture under its hash, for its owner alone, of the type that its bytes have", () =>
    Effect.gen(function* () {
      const servers = new Servers(serves(jpeg, { headers: { "content-type": "text/html" } }))
      const { files, result } = yield* using(servers, fetch())
      const [file] = files
      assert.strictEqual(files.length, 1)
      assert.deepStrictEqual(result, {
        path: file?.path ?? "",
        contentType: "image/jpeg",
        bytes: jpeg.length,
        url: photo.url
      })
      assert.strictEqual(basename(file?.path ?? ""), `${createHash("sha256").update(jpeg).digest("hex")}.jpg`)
      assert.strictEqual(basename(dirname(file?.path ?? "")), "shop")
      assert.strictEqual(file?.mode, 0o600)
      assert.isTrue(file?.bytes.equals(jpeg))
    })
  )

  it.effect("a voice that is audio, a sticker that is a picture", () =>
    Effect.gen(function* () {
      const voice = yield* using(new Servers(serves(aac)), fetch({ ...photo, kind: "voice" }))
      assert.strictEqual(voice.result.contentType, "audio/aac")
      const sticker = yield* using(new Servers(serves(png)), fetch({ ...photo, kind: "sticker" }))
      assert.strictEqual(sticker.result.contentType, "image/png")
    })
  )

  it.effect("nothing of what is no picture, and nothing of a picture that was to be a voice", () =>
    Effect.gen(function* () {
      for (const [kind, body] of [
        ["photo", page],
        ["photo", aac],
        ["voice", jpeg],
        ["photo", Buffer.alloc(0)]
      ] as const) {
        const servers = new Servers(serves(body, { headers: { "content-type": "image/jpeg" } }))
        const { files, result } = yield* using(servers, refusal({ ...photo, kind }))
        assert.strictEqual(result, "wrong-type")
        assert.deepStrictEqual(files, [])
        assert.strictEqual(servers.requests.length, 1)
      }
    })
  )

  it.effect("the same address is fetched once while its file is there, by one account", () =>
    Effect.gen(function* () {
      const servers = new Servers(serves(jpeg))
      const path = yield* folder
      yield* Effect.gen(function* () {
        const first = yield* fetch()
        assert.deepStrictEqual(yield* fetch(), first)
        assert.strictEqual(servers.requests.length, 1)
        const [file] = filesIn(path)
        utimesSync(file?.path ?? "", 0, 0)
        yield* TestClock.adjust("25 hours")
        yield* sweepReceived(accountOf())
        assert.deepStrictEqual(filesIn(path), [])
        assert.deepStrictEqual(yield* fetch(), first)
        assert.strictEqual(servers.requests.length, 2)
      }).pipe(Effect.provide(mediaIn(path, { client: servers.layer, names: known() })))
    }).pipe(Effect.scoped)
  )

  it.effect("what was sent goes after media.ttl, counted from when it was last looked at", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* Effect.gen(function* () {
        const account = accountOf()
        yield* fetch()
        yield* TestClock.adjust("23 hours")
        yield* fetch()
        yield* TestClock.adjust("23 hours")
        yield* sweepReceived(account)
        assert.strictEqual(filesIn(path).length, 1)
        yield* TestClock.adjust("2 hours")
        yield* sweepReceived(account)
        assert.strictEqual(filesIn(path).length, 0)
      }).pipe(Effect.provide(mediaIn(path, { client: new Servers(serves(jpeg)).layer, names: known() })))
    }).pipe(Effect.scoped)
  )
})

describe("limits", () => {
  it.effect("a picture of exactly mediaMaxMb is taken; one byte more is not, whether it was declared or not", () =>
    Effect.gen(function* () {
      const whole = Buffer.concat([jpeg, Buffer.alloc(4_096 - jpeg.length)])
      assert.strictEqual((yield* using(new Servers(serves(whole)), fetch())).result.bytes, 4_096)
      const larger = Buffer.concat([whole, Buffer.alloc(1)])
      let pulled = 0
      const endless = () =>
        new ReadableStream({
          pull: (controller) => {
            pulled += 1
            controller.enqueue(pulled === 1 ? jpeg : new Uint8Array(1_024))
          }
        })
      const bodies: ReadonlyArray<() => Response> = [
        () => new Response(larger),
        () => new Response(jpeg, { headers: { "content-length": "4097" } }),
        () => new Response(endless())
      ]
      for (const body of bodies) {
        const servers = new Servers(() => Effect.sync(body))
        const { files, result } = yield* using(servers, refusal())
        assert.strictEqual(result, "too-large")
        assert.deepStrictEqual(files, [])
        assert.strictEqual(servers.requests.length, 1)
      }
      // It was left after what may be had, not read to its end.
      assert.isBelow(pulled, 12)
    })
  )

  it.effect("30 s for the head, twice with a second between, and the turn goes on without", () =>
    Effect.gen(function* () {
      const now = yield* stopwatch
      const waited: Array<number> = []
      const began: Array<number> = []
      const servers = new Servers(() =>
        Effect.suspend(() => {
          const start = now()
          began.push(start)
          return Effect.onInterrupt(Effect.never, () => Effect.sync(() => void waited.push(now() - start)))
        })
      )
      const { result } = yield* untilDone(yield* Effect.forkChild(using(servers, refusal())))
      assert.strictEqual(result, "timeout")
      assert.deepStrictEqual(waited, [30, 30])
      assert.isAtLeast((began[1] ?? 0) - (began[0] ?? 0), 31)
    })
  )

  it.effect("30 s of silence in the body", () =>
    Effect.gen(function* () {
      const now = yield* stopwatch
      const waited: Array<number> = []
      const servers = new Servers(() =>
        Effect.sync(() => {
          let asked = 0
          return new Response(
            new ReadableStream(
              {
                start: (controller) => controller.enqueue(jpeg),
                pull: () => {
                  asked = now()
                  return new Promise<void>(() => {})
                },
                cancel: () => void waited.push(now() - asked)
              },
              { highWaterMark: 0 }
            )
          )
        })
      )
      const { files, result } = yield* untilDone(yield* Effect.forkChild(using(servers, refusal())))
      assert.strictEqual(result, "timeout")
      assert.deepStrictEqual(waited, [30, 30])
      assert.deepStrictEqual(files, [])
    })
  )

  it.effect("two minutes for one try, however busily the bytes drip", () =>
    Effect.gen(function* () {
      const now = yield* stopwatch
      const context = yield* Effect.context<never>()
      const waited: Array<number> = []
      const servers = new Servers(() =>
        Effect.sync(() => {
          const start = now()
          return new Response(
            new ReadableStream<Uint8Array>(
              {
                pull: (controller) =>
                  Effect.runPromiseWith(context)(
                    Effect.andThen(
                      Effect.sleep("10 seconds"),
                      Effect.sync(() => controller.enqueue(jpeg.subarray(0, 4)))
                    )
                  ),
                cancel: () => void waited.push(now() - start)
              },
              { highWaterMark: 0 }
            )
          )
        })
      )
      const { result } = yield* untilDone(yield* Effect.forkChild(using(servers, refusal())))
      assert.strictEqual(result, "timeout")
      assert.deepStrictEqual(waited, [120, 120])
    })
  )

  it.effect("a server's trouble gets a second try, its refusal does not", () =>
    Effect.gen(function* () {
      for (const [status, requests] of [
        [503, 2],
        [429, 2],
        [404, 1],
        [403, 1],
        [204, 1]
      ] as const) {
        const servers = new Servers(serves("", { status: 200 }))
        servers.answer = () => Effect.sync(() => new Response(null, { status }))
        const { result } = yield* untilDone(yield* Effect.forkChild(using(servers, refusal())))
        assert.strictEqual(result, "status", String(status))
        assert.strictEqual(servers.requests.length, requests, String(status))
      }
    })
  )

  it.effect("the second try goes to the host's next address", () =>
    Effect.gen(function* () {
      const servers = new Servers(({ address }) =>
        Effect.sync(() => (address === "93.184.216.34" ? new Response(null, { status: 502 }) : new Response(jpeg)))
      )
      const names = new Names().set("pictures.example", ["93.184.216.34", "93.184.216.35"])
      const { result } = yield* untilDone(yield* Effect.forkChild(using(servers, fetch(), names)))
      assert.strictEqual(result.contentType, "image/jpeg")
    })
  )
})

describe("guards", () => {
  const moved = (to: string) => Effect.sync(() => new Response(null, { status: 302, headers: { location: to } }))

  it.effect("three redirects are followed, relative ones too, a fourth is not", () =>
    Effect.gen(function* () {
      const chain = (length: number) =>
        new Servers(({ url }) => {
          const at = Number(url.searchParams.get("n") ?? "0")
          return at < length ? moved(`?n=${at + 1}`) : Effect.sync(() => new Response(jpeg))
        })
      assert.strictEqual((yield* using(chain(3), fetch())).result.contentType, "image/jpeg")
      const longer = chain(4)
      assert.strictEqual((yield* using(longer, refusal())).result, "redirects")
      assert.strictEqual(longer.requests.length, 4)
    })
  )

  it.effect("each redirect is checked as the first address was", () =>
    Effect.gen(function* () {
      const names = known().set("inside.example", ["10.0.0.7"])
      for (const to of [
        "http://127.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://localhost:8787/healthz",
        "https://inside.example/",
        "http://169.254.169.254/latest/meta-data/"
      ]) {
        const servers = new Servers(() => moved(to))
        assert.strictEqual((yield* using(servers, refusal(), names)).result, "refused-host", to)
        assert.strictEqual(servers.requests.length, 1)
      }
      const elsewhere = new Servers(() => moved("file:///etc/passwd"))
      assert.strictEqual((yield* using(elsewhere, refusal())).result, "no-address")
    })
  )

  it.effect("no request is made to what is refused, for any one of a name's addresses", () =>
    Effect.gen(function* () {
      const servers = new Servers(serves(jpeg))
      for (const addresses of [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1"], ["198.18.0.7"], ["fe80::1"]]) {
        const names = new Names().set("pictures.example", addresses)
        assert.strictEqual((yield* using(servers, refusal(), names)).result, "refused-host", addresses.join())
      }
      for (const url of ["http://127.1/", "http://0x7f.1/a.png", "http://printer.local/", "http://[::1]/"]) {
        assert.strictEqual((yield* using(servers, refusal({ url, kind: "photo" }))).result, "refused-host", url)
      }
      for (const url of ["ftp://pictures.example/a", "a.png", "", "javascript:alert(1)"]) {
        assert.strictEqual((yield* using(servers, refusal({ url, kind: "photo" }))).result, "no-address", url)
      }
      assert.deepStrictEqual(servers.requests, [])
    })
  )

  it.effect("a range that the operator opened is let through", () =>
    Effect.gen(function* () {
      const names = new Names().set("pictures.example", ["198.18.0.7"])
      const account = accountOf({ allowRanges: ["198.18.0.0/15"] })
      const servers = new Servers(serves(jpeg))
      assert.strictEqual((yield* using(servers, fetch(photo, account), names)).result.contentType, "image/jpeg")
      assert.strictEqual(servers.requests[0]?.address, "198.18.0.7")
    })
  )

  it.effect("only host and port of an overridden Bot API are an exception", () =>
    Effect.gen(function* () {
      const servers = new Servers(serves(jpeg))
      const at = (url: string) => fetch({ url, kind: "photo" })
      const trusted = "127.0.0.1:8788"
      const { result } = yield* using(servers, at("http://127.0.0.1:8788/sandbox/media/1.png"), known(), trusted)
      assert.strictEqual(result.contentType, "image/jpeg")
      assert.isUndefined(servers.requests[0]?.address)
      for (const url of ["http://127.0.0.1:8787/", "http://127.0.0.2:8788/", "http://127.0.0.1/"]) {
        const refused = yield* using(servers, refusal({ url, kind: "photo" }), known(), trusted)
        assert.strictEqual(refused.result, "refused-host", url)
      }
      assert.strictEqual(servers.requests.length, 1)
    })
  )

  it.effect("where names cannot be resolved, a proxy is asked for Zalo's hosts and the listed ones alone", () =>
    Effect.gen(function* () {
      const proxy = Redacted.make("http://proxy.example:3128")
      const account = accountOf({ allowHosts: [".pictures.example"] }, { proxy })
      const nothing = new Names()
      for (const url of [
        "https://f19-zpc.zdn.vn/a.jpg",
        "https://zalo-api.zadn.vn/a",
        "https://a.pictures.example/a"
      ]) {
        const servers = new Servers(serves(jpeg))
        yield* using(servers, fetch({ url, kind: "photo" }, account), nothing)
        assert.isUndefined(servers.requests[0]?.address)
        assert.strictEqual(servers.requests[0]?.proxy, proxy)
        const direct = yield* using(
          servers,
          refusal({ url, kind: "photo" }, accountOf({ allowHosts: [".example"] })),
          nothing
        )
        assert.strictEqual(direct.result, "unresolved")
      }
      const servers = new Servers(serves(jpeg))
      for (const url of ["https://zdn.vn.evil.example/a", "https://evilzdn.vn/a", "https://pictures.test/a"]) {
        assert.strictEqual(
          (yield* using(servers, refusal({ url, kind: "photo" }, account), nothing)).result,
          "unresolved"
        )
      }
      assert.deepStrictEqual(servers.requests, [])
      // A name that is known here is checked here, listed or not.
      const inside = new Names().set("f19-zpc.zdn.vn", ["10.0.0.1"])
      const url = "https://f19-zpc.zdn.vn/a.jpg"
      assert.strictEqual(
        (yield* using(servers, refusal({ url, kind: "photo" }, account), inside)).result,
        "refused-host"
      )
    })
  )

  it.effect("a sandbox asks nobody but its own Zalo", () =>
    Effect.gen(function* () {
      const servers = new Servers(serves(jpeg))
      const path = yield* folder
      const names = known()
      const result = yield* refusal().pipe(
        Effect.provide(mediaIn(path, { client: servers.layer, names })),
        Effect.provideService(MediaReach, "trusted")
      )
      assert.strictEqual(result, "not-asked")
      assert.deepStrictEqual(servers.requests, [])
      assert.deepStrictEqual(names.asked, [])
    }).pipe(Effect.scoped)
  )
})
