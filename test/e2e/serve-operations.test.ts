import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { hostname } from "node:os"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  cli,
  cliJson,
  configureBot,
  eventually,
  makePlace,
  otherToken,
  readiness,
  rows,
  serve,
  soon,
  start,
  startZalo,
  stop,
  token,
  until
} from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const
const open = { dmPolicy: "open", allowFrom: ["*"] }
const otherBot = "1459232241454765289"

const setUp = Effect.gen(function* () {
  const { url, zalo } = yield* startZalo({
    bots: [
      { token, displayName: "Bot Thử" },
      { token: otherToken, displayName: "Bot Hai" }
    ]
  })
  const place = yield* makePlace(url)
  yield* configureBot(place, zalo, "polling", open)
  const lan = yield* zalo.addUser("Lan")
  return { lan, place, url, zalo }
})

it.live("a refused token stops that account only, and the status says so", () =>
  Effect.gen(function* () {
    const { lan, place, zalo } = yield* setUp
    yield* configureBot(place, zalo, "polling", { ...open, accounts: { hai: { botToken: otherToken } } })
    yield* zalo.resetToken(otherBot, `${otherBot}:a-new-one`)
    const gateway = yield* start(place, ["serve"])
    const refused = yield* eventually(
      "the account stopped",
      Effect.map(readiness(place), (now) =>
        now?.accounts["default"]?.ready === true && now.accounts["hai"]?.reason?.includes("401") === true
          ? now
          : undefined
      ),
      { detail: gateway.printed }
    )
    assert.deepStrictEqual([refused.status, refused.ready], [503, false])
    yield* zalo.inject({ chat: lan.id, message: text("còn sống?") })
    assert.strictEqual((yield* soon("an echo", zalo.awaitSent(lan.id, 0))).text, "còn sống?")

    const status = yield* eventually(
      "the status of both",
      Effect.map(cliJson(place, ["channels", "status"]), ({ json }) =>
        json.accounts.some((one: { readonly account: string; readonly reason: string | null }) =>
          one.account === "hai" ? one.reason?.includes("401") : false
        )
          ? json.accounts
          : undefined
      )
    )
    const [first, second] = status
    assert.deepInclude(first, { account: "default", enabled: true, transport: "polling", ready: true, reason: null })
    assert.deepInclude(second, { account: "hai", enabled: true, ready: false })
    assert.match(gateway.out(), /hai: stopped: .*401/)
    assert.isFalse(gateway.isOver())

    // It is not asked again and again.
    const asked = Effect.map(zalo.calls, (calls) => calls.filter((call) => call.bot === otherBot).length)
    assert.isAtMost(yield* asked, 1)
    assert.strictEqual((yield* stop(gateway)).code, 0)
    assert.notInclude(gateway.printed(), "other-part")
  })
)

it.live("a token that is refused while the account runs stops it and keeps what is queued", () =>
  Effect.gen(function* () {
    const { lan, place, zalo } = yield* setUp
    yield* configureBot(place, zalo, "webhook", open)
    const gateway = yield* serve(place)
    yield* zalo.inject({ chat: lan.id, message: text("1") })
    yield* soon("the first echo", zalo.awaitSent(lan.id, 0))
    yield* zalo.resetToken("4055584533866160964", "4055584533866160964:a-new-one")
    yield* zalo.inject({ chat: lan.id, message: text("2") })
    yield* until(
      "not ready, because of the token",
      Effect.map(readiness(place), (now) => now?.accounts["default"]?.reason?.includes("401") === true),
      gateway.printed
    )
    // Whatever is delivered meanwhile is kept.
    yield* zalo.inject({ chat: lan.id, message: text("3") })
    yield* until(
      "all three are answered in the store",
      Effect.sync(() => rows(place, "SELECT 1 FROM outbox").length === 3)
    )
    const states = rows(place, "SELECT state FROM outbox ORDER BY id").map((row) => row["state"])
    assert.deepStrictEqual(states, ["sent", "queued", "queued"])
    assert.strictEqual((yield* stop(gateway)).code, 0)
    yield* configureBot(place, zalo, "webhook", { ...open, botToken: "4055584533866160964:a-new-one" })
    yield* serve(place)
    yield* soon("what was queued", zalo.awaitSent(lan.id, 2))
    assert.deepStrictEqual(
      (yield* zalo.hears(lan.id)).map((one) => one.text),
      ["1", "2", "3"]
    )
  })
)

it.live("a second serve for the same bot says who holds it and exits 1", () =>
  Effect.gen(function* () {
    const { place } = yield* setUp
    const gateway = yield* serve(place)
    const second = yield* cliJson(place, ["serve", "--port", "0"])
    assert.deepStrictEqual([second.code, second.json.ok], [1, false])
    assert.match(
      second.err,
      new RegExp(`held by ${gateway.pid} on ${hostname()} since \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d`)
    )
    assert.strictEqual((yield* readiness(place))?.status, 200)
    // The kernel frees the lease of a process that was killed.
    gateway.signal("SIGKILL")
    yield* gateway.ended
    const third = yield* serve(place)
    assert.strictEqual((yield* stop(third)).code, 0)
  })
)

it.live("a port that is taken is a failure, told in one line", () =>
  Effect.gen(function* () {
    const { place } = yield* setUp
    yield* Effect.acquireRelease(
      Effect.promise(
        () =>
          new Promise<ReturnType<typeof createServer>>((resolve) => {
            const server = createServer((_, response) => response.end())
            server.listen(place.port, "127.0.0.1", () => resolve(server))
          })
      ),
      (server) => Effect.sync(() => void server.close())
    )
    const ended = yield* cliJson(place, ["serve"])
    assert.deepStrictEqual([ended.code, ended.json.error.code], [1, "port-taken"], ended.err)
    assert.include(ended.err, `127.0.0.1:${place.port} is taken`)
    assert.notInclude(ended.err, "    at ")
  })
)

it.live("a wrong configuration is told whole, exits 2 and starts nothing", () =>
  Effect.gen(function* () {
    const { place, zalo } = yield* setUp
    writeFileSync(
      place.config,
      `{
  channels: { zalo: {
    botToken: "${token}",
    dmPolicy: "open",
    webhookUrl: "http://bot.example.test/zalo",
    webhookSecret: "short",
    accounts: { hai: { enabled: true, botToken: "", dmPolicy: "pairings" } },
  } },
  gateway: { prot: 1 },
}
`
    )
    const ended = yield* cli(place, ["serve"])
    assert.deepStrictEqual([ended.code, ended.signal, ended.out], [2, null, ""])
    for (const where of [
      `${place.config}:4: channels.zalo.dmPolicy`,
      `${place.config}:5: channels.zalo.webhookUrl`,
      `${place.config}:7: channels.zalo.accounts.hai.dmPolicy`,
      `${place.config}:9: gateway.prot`
    ]) {
      assert.include(ended.err, where)
    }
    assert.notInclude(ended.err, "secret-part")
    assert.isFalse(existsSync(place.database))
    assert.deepStrictEqual(yield* zalo.calls, [])
    const asJson = yield* cliJson(place, ["serve"])
    assert.deepStrictEqual([asJson.code, asJson.json.ok, asJson.json.error.code], [2, false, "config"])
  })
)

it.live("message send goes through the running gateway, and by itself when none runs", () =>
  Effect.gen(function* () {
    const { lan, place, zalo } = yield* setUp
    const gateway = yield* serve(place)
    yield* zalo.inject({ chat: lan.id, message: text("chào") })
    yield* soon("the echo", zalo.awaitSent(lan.id, 0))
    const send = (words: string) => ["message", "send", "--channel", "zalo", "--target", lan.id, "--message", words]

    const through = yield* cliJson(place, send("từ người trực"))
    const first = yield* soon("the message", zalo.awaitSent(lan.id, 1))
    assert.deepStrictEqual(
      [through.code, through.json],
      [0, { ok: true, account: "default", chatId: lan.id, messageIds: [first.id] }],
      through.err
    )
    // The gateway's own process sent it.
    const holders = rows(place, "SELECT origin, state FROM outbox ORDER BY id")
    assert.deepStrictEqual(holders.at(-1), { origin: "cli", state: "sent" })

    assert.strictEqual((yield* stop(gateway)).code, 0)
    const alone = yield* cliJson(place, send("không có gateway"))
    const second = yield* soon("the message", zalo.awaitSent(lan.id, 2))
    assert.deepStrictEqual([alone.code, alone.json.messageIds, second.text], [0, [second.id], "không có gateway"])

    // A refusal is told with what did go out.
    const stranger = yield* cliJson(place, ["message", "send", "--target", "feed", "--message", "?"])
    assert.deepStrictEqual([stranger.code, stranger.json.ok, stranger.json.messageIds], [1, false, []])
  })
)

it.live("a text of more than 2,000 characters goes out whole, in chunks, and a dry run shows them", () =>
  Effect.gen(function* () {
    const { lan, place, zalo } = yield* setUp
    const gateway = yield* serve(place)
    yield* zalo.inject({ chat: lan.id, message: text("chào") })
    yield* soon("the echo", zalo.awaitSent(lan.id, 0))
    assert.strictEqual((yield* stop(gateway)).code, 0)
    const long = Array.from({ length: 400 }, (_, n) => `dòng thứ ${n + 1} 👩‍👩‍👧‍👦`).join("\n")
    const send = ["message", "send", "--target", `zalo:${lan.id}`, "--message", "-"]

    const dry = yield* Effect.map(cli(place, [...send, "--dry-run", "--json"], long), ({ out }) => JSON.parse(out))
    assert.deepInclude(dry, { ok: true, dryRun: true, account: "default", chatId: lan.id })
    assert.isAbove(dry.chunks.length, 3)
    assert.isTrue(dry.chunks.every((chunk: string) => chunk.length <= 2_000))
    assert.strictEqual(dry.chunks.join(""), long)
    assert.strictEqual((yield* zalo.hears(lan.id)).length, 1)

    const sent = yield* Effect.map(cli(place, [...send, "--json"], long), ({ out }) => JSON.parse(out))
    const heard = (yield* zalo.hears(lan.id)).slice(1)
    assert.deepStrictEqual(
      sent.messageIds,
      heard.map((one) => one.id)
    )
    assert.deepStrictEqual(
      heard.map((one) => one.text),
      dry.chunks
    )
  })
)

it.live("the status tells of a gateway that runs, and asks Zalo when it is told to", () =>
  Effect.gen(function* () {
    const { lan, place, zalo } = yield* setUp
    yield* configureBot(place, zalo, "polling", { ...open, name: "Cửa hàng" })
    const before = yield* cliJson(place, ["channels", "status", "--probe"])
    assert.deepStrictEqual([before.code, before.json.accounts[0].ready], [0, false])
    assert.isTrue(before.json.accounts[0].probe.ok)
    assert.isFalse(existsSync(place.database), "a command makes no store")

    const gateway = yield* serve(place)
    yield* zalo.inject({ chat: lan.id, message: text("chào") })
    yield* soon("the echo", zalo.awaitSent(lan.id, 0))
    const [account] = yield* eventually(
      "ready in the status",
      Effect.map(cliJson(place, ["channels", "status", "--probe"]), ({ json }) =>
        json.accounts[0].ready ? json.accounts : undefined
      )
    )
    assert.deepInclude(account, {
      account: "default",
      name: "Cửa hàng",
      enabled: true,
      transport: "polling",
      ready: true,
      reason: null
    })
    assert.match(account.lastGoodAt, /^\d{4}-\d\d-\d\dT.*Z$/)
    assert.isObject(account.queue)
    assert.deepInclude(account.probe, { ok: true, bot: "Bot Thử" })
    assert.isAtLeast(account.probe.elapsedMs, 0)

    gateway.signal("SIGKILL")
    yield* gateway.ended
    const [after] = (yield* cliJson(place, ["channels", "status"])).json.accounts
    assert.strictEqual(after.ready, false, "nobody runs it any more")
    yield* zalo.resetToken("4055584533866160964", "4055584533866160964:a-new-one")
    const [refused] = (yield* cliJson(place, ["channels", "status", "--probe"])).json.accounts
    assert.isFalse(refused.probe.ok)
    assert.notInclude(JSON.stringify(refused), "secret-part")
  })
)

it.live("the token may come from a file, from a variable, and from ZALO_BOT_TOKEN alone", () =>
  Effect.gen(function* () {
    const { lan, place, zalo } = yield* setUp
    const file = `${place.folder}/token`
    writeFileSync(file, `${token}\n`, { mode: 0o600 })
    const ways = [
      { zalo: { ...open, tokenFile: "token" }, env: {} },
      { zalo: { ...open, botToken: "${SHOP_TOKEN}" }, env: { SHOP_TOKEN: token } },
      { zalo: open, env: { ZALO_BOT_TOKEN: token } }
    ]
    for (const [index, way] of ways.entries()) {
      place.configure(way.zalo)
      const gateway = yield* serve(place, { env: way.env })
      yield* zalo.inject({ chat: lan.id, message: text(`${index}`) })
      assert.strictEqual((yield* soon("its echo", zalo.awaitSent(lan.id, index))).text, `${index}`)
      assert.strictEqual((yield* stop(gateway)).code, 0)
      assert.notInclude(gateway.printed(), "secret-part")
    }
    for (const name of ["zalo-effect.db", "zalo-effect.db-wal"]) {
      const path = `${place.folder}/data/${name}`
      if (existsSync(path)) assert.notInclude(readFileSync(path, "latin1"), "secret-part")
    }
  })
)
