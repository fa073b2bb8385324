import { createServer } from "node:http"
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  cliJson,
  configureBot,
  makePlace,
  origin,
  rows,
  serve,
  soon,
  startZalo,
  stop,
  until,
  type Zalo
} from "./harness.ts"

const open = { dmPolicy: "open", allowFrom: ["*"] }
/** A picture of one pixel. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64"
)

/** Says what it got, and answers with the picture beside it. */
const agent = `
import json, os, shutil, sys
turn = json.load(sys.stdin)
media = turn["message"].get("media", {})
path = media.get("path")
seen = {"text": turn["message"]["text"], "kind": turn["message"]["kind"], "media": media}
if path: seen["read"] = os.path.getsize(path)
open("seen.json", "w").write(json.dumps(seen))
if turn["message"]["text"] == "vẽ":
    shutil.copy("picture.png", "drawn.png")
    print(json.dumps({"parts": [
        {"type": "text", "text": "đây"},
        {"type": "photo", "url": os.path.abspath("drawn.png"), "caption": "của bạn"},
        {"type": "text", "text": "hết"}]}))
elif turn["message"]["text"] == "sai":
    print(json.dumps({"parts": [{"type": "photo", "url": "nowhere.png", "caption": "chữ vẫn đến"}]}))
else:
    print("ok")
`

/** A picture on this machine, as Zalo's own hosts would serve it. */
const pictures = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
    const server = createServer((request, response) => {
      if (request.url === "/1.png") response.writeHead(200, { "content-type": "image/png" }).end(png)
      else response.writeHead(404).end()
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close: () => void server.close() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

const setUp = Effect.fnUntraced(function* (transport: "polling" | "webhook", account: object = {}) {
  const { url, zalo } = yield* startZalo({
    switches: { photoFetch: "fetched", photoRefetchMs: 50, strangers: "accepted" }
  })
  const place = yield* makePlace(url)
  // A bot that polls has no address of its own.
  const media = { allowRanges: ["127.0.0.1"], ...(transport === "polling" ? { publicUrl: `${place.url}/bot` } : {}) }
  writeFileSync(join(place.folder, "agent.py"), agent)
  writeFileSync(join(place.folder, "picture.png"), png)
  yield* configureBot(
    place,
    zalo,
    transport,
    { ...open, media, ...account },
    { agent: { type: "command", command: ["python3", "agent.py"] } }
  )
  const lan = yield* zalo.addUser("Lan")
  return { lan, place, zalo }
})

const fetches = (zalo: Zalo) =>
  Effect.map(zalo.photoFetches, (all) => all.map(({ status, time, url }) => ({ status, time, url })))

describe.each(["polling", "webhook"] as const)("over %s", (transport) => {
  it.live(
    "a photo reaches a command as a file, and the command's own picture reaches Zalo, which fetches it twice",
    () =>
      Effect.gen(function* () {
        const { lan, place, zalo } = yield* setUp(transport)
        const { url } = yield* pictures
        const gateway = yield* serve(place)
        const seen = () => JSON.parse(readFileSync(join(place.folder, "seen.json"), "utf8"))

        yield* zalo.inject({ chat: lan.id, message: { kind: "photo", url: `${url}/1.png`, caption: "xem này" } })
        yield* soon("the first answer", zalo.awaitSent(lan.id, 0))
        const { media, read, text } = seen()
        assert.strictEqual(text, "xem này")
        assert.deepInclude(media, { contentType: "image/png", bytes: png.length, url: `${url}/1.png` })
        assert.isTrue(media.path.startsWith(join(place.folder, "data", "media")))
        assert.strictEqual(read, png.length)
        assert.isTrue(readFileSync(media.path).equals(png))
        assert.strictEqual(statSync(media.path).mode & 0o777, 0o600)

        yield* zalo.inject({ chat: lan.id, message: { kind: "photo", url: `${url}/gone.png`, caption: "và đây" } })
        yield* soon("the second answer", zalo.awaitSent(lan.id, 1))
        assert.strictEqual(seen().text, "và đây\n\n[zalo image attachment unavailable]")

        yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "vẽ" } })
        yield* soon("text, picture, text", zalo.awaitSent(lan.id, 4))
        const sent = (yield* zalo.hears(lan.id)).slice(2)
        assert.deepStrictEqual(
          sent.map(({ kind, text }) => [kind, text]),
          [
            ["text", "đây"],
            ["photo", "của bạn"],
            ["text", "hết"]
          ]
        )
        const base = transport === "webhook" ? `${origin}/zalo` : `${place.url}/bot`
        const address = sent[1]?.url ?? ""
        assert.isTrue(address.startsWith(`${base}/media/`), address)
        yield* until(
          "both fetches",
          Effect.map(fetches(zalo), (all) => all.length === 2)
        )
        assert.deepStrictEqual(yield* fetches(zalo), [
          { status: 200, time: 1, url: address },
          { status: 200, time: 2, url: address }
        ])

        yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "sai" } })
        assert.strictEqual(
          (yield* soon("the words of a picture that is not there", zalo.awaitSent(lan.id, 5))).text,
          "chữ vẫn đến"
        )
        const [bad] = rows(place, "SELECT reason, detail FROM outbox WHERE state = 'dead'")
        assert.strictEqual(bad?.["reason"], "bad-media")
        assert.include(bad?.["detail"], "there is no file at")

        // What is hosted outlives the process: a phone may fetch it later.
        assert.strictEqual((yield* stop(gateway)).code, 0)
        const again = yield* serve(place)
        const local = new URL(new URL(address).pathname + new URL(address).search, place.url)
        const later = yield* Effect.promise(() => fetch(local))
        assert.strictEqual(later.status, 200)
        assert.isTrue(Buffer.from(yield* Effect.promise(() => later.arrayBuffer())).equals(png))
        assert.strictEqual((yield* Effect.promise(() => fetch(local.href.slice(0, -1)))).status, 401)
        yield* stop(again)
      })
  )
})

it.live(
  "message send --media FILE goes out through the running gateway, and says what is missing where it cannot",
  () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* setUp("polling")
      const send = ["message", "send", "--target", lan.id, "--media", "./picture.png", "--message", "ảnh"]
      const none = yield* cliJson(place, send)
      assert.deepStrictEqual([none.code, none.json.ok, none.json.error.code], [1, false, "bad-media"])
      assert.include(none.json.error.message, "zalo-effect serve")

      const gateway = yield* serve(place)
      const { code, json } = yield* cliJson(place, send)
      const picture = yield* soon("the picture", zalo.awaitSent(lan.id, 0))
      assert.deepStrictEqual([code, json.ok, json.messageIds], [0, true, [picture.id]])
      assert.deepStrictEqual([picture.kind, picture.text], ["photo", "ảnh"])
      assert.isTrue(picture.url?.startsWith(`${place.url}/bot/media/`))
      yield* until(
        "both fetches",
        Effect.map(fetches(zalo), (all) => all.length === 2 && all.every(({ status }) => status === 200))
      )
      const missing = yield* cliJson(place, [...send.slice(0, 5), "./none.png"])
      assert.deepStrictEqual([missing.code, missing.json.error.code], [1, "bad-media"])
      assert.include(missing.json.error.message, "none.png")
      assert.strictEqual((yield* stop(gateway)).code, 0)

      yield* configureBot(place, zalo, "polling", open)
      yield* serve(place)
      const nowhere = yield* cliJson(place, send)
      assert.strictEqual(nowhere.code, 1)
      assert.include(nowhere.json.error.message, "media.publicUrl")
      assert.strictEqual((yield* zalo.hears(lan.id)).length, 1)
      assert.strictEqual(rows(place, "SELECT 1 FROM outbox").length, 1)
    })
)

it.live(
  "message send --targets hands a file of this machine to each of them, and one that went away stops the rest",
  () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* setUp("polling", { proactive: { perMinute: 600 } })
      const minh = yield* zalo.addUser("Minh")
      writeFileSync(join(place.folder, "list.txt"), `${lan.id}\n${minh.id}\n`)
      const send = ["message", "send", "--targets", "list.txt", "--media", "./picture.png", "--message", "ảnh"]
      const none = yield* cliJson(place, send)
      assert.deepStrictEqual([none.code, none.json.error.code], [1, "bad-media"])

      yield* serve(place)
      const { code, json } = yield* cliJson(place, send)
      assert.deepStrictEqual([code, json.counts.sent], [0, 2])
      const urls: Array<string | null> = []
      for (const { id } of [lan, minh]) {
        const picture = yield* soon("the picture", zalo.awaitSent(id, 0))
        assert.deepStrictEqual([picture.kind, picture.text], ["photo", "ảnh"])
        urls.push(picture.url)
      }
      assert.strictEqual(new Set(urls).size, 2, "each has an address of its own")

      const later = yield* cliJson(place, [
        "schedule",
        "add",
        "--cron",
        "0 8 * * *",
        "--target",
        lan.id,
        ...send.slice(4)
      ])
      assert.deepInclude(later.json, { ok: true, id: "s1" })
      rmSync(join(place.folder, "picture.png"))
      yield* cliJson(place, ["schedule", "run", "s1"])
      yield* until(
        "paused, because the file is gone",
        Effect.map(cliJson(place, ["broadcast", "show", "b2"]), ({ json }) => json.reason === "media")
      )
    })
)

it.live("a picture in a private network is refused before Zalo is asked, and its words are sent", () =>
  Effect.gen(function* () {
    const { lan, place, zalo } = yield* setUp("polling", { media: {} })
    const send = ["message", "send", "--target", lan.id, "--message", "chữ", "--media"]
    const { code, json } = yield* cliJson(place, [...send, "http://169.254.169.254/latest"])
    assert.deepStrictEqual([code, json.error.code], [1, "refused"])
    assert.include(json.error.message, "link-local")
    assert.deepStrictEqual(
      (yield* zalo.calls).map(({ method }) => method),
      ["sendMessage"]
    )
    assert.deepStrictEqual(yield* zalo.photoFetches, [])
  })
)
