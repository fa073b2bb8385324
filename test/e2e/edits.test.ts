import { assert, describe, it } from "@effect/vitest"
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import {
  configureBot,
  makePlace,
  origin,
  otherToken,
  type Place,
  ready,
  readiness,
  rows,
  serve,
  soon,
  start,
  startZalo,
  token,
  until,
  webhookSecret,
  type Zalo
} from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const
const open = { dmPolicy: "open", allowFrom: ["*"] }

const bots = [
  { token, displayName: "Bot Một" },
  { token: otherToken, displayName: "Bot Hai" }
]

const isReady = (place: Place, ...ids: ReadonlyArray<string>) =>
  Effect.map(readiness(place), (answer) => {
    const accounts = answer?.accounts ?? {}
    return Object.keys(accounts).toSorted().join() === ids.join() && ids.every((id) => accounts[id]?.ready === true)
  })

const hears = (zalo: Zalo, chat: string) => Effect.map(zalo.hears(chat), (sent) => sent.map((one) => one.text))

describe("what is edited while serve runs", { timeout: 60_000 }, () => {
  it.live("accounts come and go, and the others never stop", () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo({ bots })
      const place = yield* makePlace(url)
      place.configure({ accounts: { one: { botToken: token, ...open } } })
      const gateway = yield* serve(place)
      yield* until("one alone", isReady(place, "one"), gateway.printed)
      place.configure({
        accounts: { one: { botToken: token, ...open }, two: { botToken: otherToken, ...open } }
      })
      yield* until("two came", isReady(place, "one", "two"), gateway.printed)
      const lan = yield* zalo.addUser("Lan")
      yield* zalo.inject({ chat: lan.id, bot: otherToken.split(":")[0] ?? "", message: text("chào") })
      yield* soon("an answer of the new account", zalo.awaitSent(lan.id, 0, { bot: otherToken.split(":")[0] ?? "" }))
      place.configure({
        accounts: { one: { botToken: token, enabled: false }, two: { botToken: otherToken, ...open } }
      })
      yield* until("one went", isReady(place, "two"), gateway.printed)
      assert.strictEqual((gateway.err().match(/the account is new/g) ?? []).length, 1)
    })
  )

  it.live("a broken edit changes nothing and says where it is broken; once it is mended that is said too", () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo()
      const place = yield* makePlace(url)
      yield* configureBot(place, zalo, "polling", open)
      const gateway = yield* serve(place)
      writeFileSync(place.config, `{\n  channels: { zalo: { botToken: "${token}", dmPolicy: "opn" } }\n}\n`)
      yield* until(
        "it says so",
        Effect.sync(() => gateway.err().includes("last good one stays in force"))
      )
      assert.match(gateway.err(), /config\.json5:2: channels\.zalo\.dmPolicy/)
      assert.notInclude(gateway.err(), "secret-part")
      const lan = yield* zalo.addUser("Lan")
      yield* zalo.inject({ chat: lan.id, message: text("vẫn chạy") })
      yield* soon("it still answers", zalo.awaitSent(lan.id, 0))
      const standing = () =>
        JSON.parse(String(rows(place, "SELECT json FROM gateway_state WHERE name = 'config'")[0]?.json))
      assert.strictEqual(standing().problems[0].key, "channels.zalo.dmPolicy")
      assert.isNumber(standing().since)
      yield* configureBot(place, zalo, "polling", { ...open, responsePrefix: "[mới]" })
      yield* until(
        "good again",
        Effect.sync(() => gateway.err().includes("the configuration is good again"))
      )
      yield* zalo.inject({ chat: lan.id, message: text("và mới") })
      yield* soon("the new prefix", zalo.awaitSent(lan.id, 1))
      assert.match((yield* hears(zalo, lan.id))[1] ?? "", /^\[mới\]/)
      assert.deepStrictEqual(standing().problems, [])
    })
  )

  it.live("a token that was reset works from the moment that the new one is in its file", () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo()
      const place = yield* makePlace(url)
      const file = join(place.folder, "token")
      writeFileSync(file, token.replace("secret", "wrong"), { mode: 0o600 })
      place.configure({ tokenFile: file, ...open })
      const gateway = yield* start(place, ["serve"])
      yield* until(
        "refused",
        Effect.sync(() => gateway.printed().includes("token refused (401)")),
        gateway.printed
      )
      writeFileSync(`${file}.new`, `${token}\n`, { mode: 0o600 })
      renameSync(`${file}.new`, file)
      yield* ready(place, gateway)
      const lan = yield* zalo.addUser("Lan")
      yield* zalo.inject({ chat: lan.id, message: text("chào") })
      yield* soon("an answer", zalo.awaitSent(lan.id, 0))
    })
  )

  it.live("the file may be reached over links that are exchanged, and SIGHUP reads it at once", () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo()
      const place = yield* makePlace(url)
      const at = (name: string) => join(place.folder, name)
      const write = (folder: string, prefix: string) => {
        mkdirSync(at(folder))
        const zaloSection = { botToken: token, ...open, responsePrefix: prefix }
        writeFileSync(
          join(at(folder), "c.json5"),
          JSON.stringify({ channels: { zalo: zaloSection }, gateway: { port: place.port } })
        )
      }
      write("v1", "[1]")
      symlinkSync("v1", at("..data"))
      rmSync(place.config, { force: true })
      symlinkSync(join("..data", "c.json5"), place.config)
      const gateway = yield* serve(place)
      const lan = yield* zalo.addUser("Lan")
      write("v2", "[2]")
      symlinkSync("v2", at("..next"))
      renameSync(at("..next"), at("..data"))
      gateway.signal("SIGHUP")
      yield* until(
        "changed",
        Effect.sync(() => gateway.err().includes("changed: responsePrefix")),
        gateway.printed
      )
      yield* zalo.inject({ chat: lan.id, message: text("chào") })
      yield* soon("an answer", zalo.awaitSent(lan.id, 0))
      assert.match((yield* hears(zalo, lan.id))[0] ?? "", /^\[2\]/)
      assert.isFalse(gateway.isOver())
    })
  )

  it.live("between polling and webhook and back while people write: each message is answered once", () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo()
      const place = yield* makePlace(url)
      const account = { ...open, webhookSecret }
      yield* zalo.set({ webhookTargets: { [origin]: place.url } })
      place.configure({ botToken: token, ...account })
      const gateway = yield* serve(place)
      const lan = yield* zalo.addUser("Lan")
      const said: Array<string> = []
      const talking = yield* Effect.forkChild(
        Effect.gen(function* () {
          for (let n = 1; ; n++) {
            yield* zalo.inject({ chat: lan.id, message: text(`${n}`) })
            said.push(`${n}`)
            yield* Effect.sleep("40 millis")
          }
        })
      )
      const transport = (wanted: string) =>
        Effect.map(readiness(place), (answer) => answer?.accounts["default"]?.transport === wanted && answer.ready)
      for (const _ of [1, 2]) {
        yield* Effect.sleep("500 millis")
        place.configure({ botToken: token, ...account, webhookUrl: `${origin}/zalo` })
        yield* until("webhook", transport("webhook"), gateway.printed)
        yield* Effect.sleep("500 millis")
        place.configure({ botToken: token, ...account })
        yield* until("polling", transport("polling"), gateway.printed)
      }
      yield* Effect.sleep("300 millis")
      talking.interruptUnsafe()
      yield* until(
        "all are answered",
        Effect.map(hears(zalo, lan.id), (heard) => said.every((one) => heard.includes(one))),
        () => gateway.printed()
      )
      assert.deepStrictEqual(yield* hears(zalo, lan.id), said, "each once, in order")
    })
  )

  it.live("two accounts exchange their tokens, and one gets another name: each bot has one poller all the time", () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo({ bots })
      const place = yield* makePlace(url)
      const account = (botToken: string, responsePrefix: string) => ({ botToken, responsePrefix, ...open })
      place.configure({ accounts: { one: account(token, "[one]"), two: account(otherToken, "[two]") } })
      const gateway = yield* serve(place)
      const lan = yield* zalo.addUser("Lan")
      const of = { bot: otherToken.split(":")[0] ?? "" }
      const asks = Effect.fnUntraced(function* (index: number) {
        yield* zalo.inject({ chat: lan.id, bot: of.bot, message: text(`${index}`) })
        return (yield* soon(`answer ${index}`, zalo.awaitSent(lan.id, index, of))).text
      })
      assert.match(yield* asks(0), /^\[two\]/)
      place.configure({ accounts: { one: account(otherToken, "[one]"), two: account(token, "[two]") } })
      const says = (...lines: ReadonlyArray<string>) =>
        until(
          lines.join(),
          Effect.sync(() => lines.every((line) => gateway.out().includes(line))),
          gateway.printed
        )
      yield* until(
        "it was noticed",
        Effect.sync(() => gateway.err().split("changed: token").length > 2),
        gateway.printed
      )
      // What the open polls bring is still answered by whom they were opened for.
      yield* zalo.inject({ chat: lan.id, message: text("to the other bot") })
      assert.match(yield* asks(1), /^\[two\]/)
      yield* says("one: ready as Bot Hai", "two: ready as Bot Một")
      assert.match(yield* asks(2), /^\[one\]/)
      place.configure({ accounts: { eins: account(otherToken, "[eins]"), two: account(token, "[two]") } })
      yield* until(
        "it was noticed",
        Effect.sync(() => gateway.err().includes("the account is new")),
        gateway.printed
      )
      assert.match(yield* asks(3), /^\[one\]/)
      yield* says("eins: ready as Bot Hai")
      assert.match(yield* asks(4), /^\[eins\]/)
      assert.notInclude(gateway.printed(), "held by")
    })
  )

  it.live("one account's refused token is its own trouble, and names the next step in the status", () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo({ bots })
      const place = yield* makePlace(url)
      place.configure({
        accounts: {
          bad: { botToken: token.replace("secret", "wrong"), ...open },
          good: { botToken: otherToken, ...open }
        }
      })
      const gateway = yield* start(place, ["serve"])
      yield* until(
        "refused",
        Effect.sync(() => gateway.printed().includes("bad: stopped")),
        gateway.printed
      )
      const lan = yield* zalo.addUser("Lan")
      const of = { bot: otherToken.split(":")[0] ?? "" }
      yield* zalo.inject({ chat: lan.id, ...of, message: text("chào") })
      yield* soon("the other's answer", zalo.awaitSent(lan.id, 0, of))
      const answer = yield* readiness(place)
      assert.deepStrictEqual(
        [answer?.status, answer?.accounts["good"]?.ready, answer?.accounts["bad"]?.ready],
        [503, true, false]
      )
      const status = JSON.parse(
        String(rows(place, "SELECT status FROM account_state WHERE account = 'bad'")[0]?.status)
      )
      assert.deepInclude(status.trouble, { kind: "token-refused", class: "operator", count: 1 })
      assert.include(status.trouble.next, "new token")
    })
  )

  it.live("a webhook's path and secret change while deliveries come in", () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo()
      const place = yield* makePlace(url)
      yield* zalo.set({ webhookTargets: { [origin]: place.url } })
      const hook = (path: string, secret: string) => ({
        botToken: token,
        ...open,
        webhookUrl: `${origin}${path}`,
        webhookSecret: secret
      })
      place.configure(hook("/old", webhookSecret))
      const gateway = yield* serve(place)
      const lan = yield* zalo.addUser("Lan")
      const said = ["1", "2", "3", "4", "5", "6"]
      for (const [n, words] of said.entries()) {
        if (n === 2) place.configure(hook("/new", `${webhookSecret}-other`))
        if (n === 4)
          yield* until(
            "set anew",
            Effect.sync(() => gateway.err().split("the webhook is set").length > 2),
            gateway.printed
          )
        yield* zalo.inject({ chat: lan.id, message: text(words) })
      }
      yield* soon("all of them", zalo.awaitSent(lan.id, said.length - 1))
      assert.deepStrictEqual(yield* hears(zalo, lan.id), said)
    })
  )
})
