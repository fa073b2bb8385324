import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { leftOut, programs, startServer } from "../postgres/server.ts"
import { cli, cliJson, configureBot, makePlace, ready, serve, soon, start, startZalo, stop } from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const
const open = { dmPolicy: "open", allowFrom: ["*"] }

const begun = Effect.gen(function* () {
  const { url, zalo } = yield* startZalo()
  const place = yield* makePlace(url)
  yield* configureBot(place, zalo, "webhook", open)
  const lan = yield* zalo.addUser("Lan")
  return { lan, place, zalo }
})

describe("store", { timeout: 60_000 }, () => {
  it.live("migrate makes it, check says what is in it, and neither is needed before serve", () =>
    Effect.gen(function* () {
      const { place } = yield* begun
      const missing = yield* cliJson(place, ["store", "check"])
      assert.strictEqual(missing.code, 1)
      assert.isFalse(missing.json.ok)
      assert.include(missing.json.problems[0].message, place.database)
      const made = yield* cliJson(place, ["store", "migrate"])
      assert.strictEqual(made.code, 0, made.err)
      assert.strictEqual(made.json.from, 0)
      const again = yield* cliJson(place, ["store", "migrate"])
      assert.strictEqual(again.json.from, again.json.to)
      const checked = yield* cliJson(place, ["store", "check"])
      assert.strictEqual(checked.code, 0, checked.out)
      assert.strictEqual(checked.json.version, made.json.to)
      assert.strictEqual(checked.json.counts.inbox, 0)
      const wrong = yield* cli(place, ["store", "copy", "--from", "mysql://x", "--to", "sqlite:y"])
      assert.strictEqual(wrong.code, 2)
      assert.strictEqual(wrong.out, "")
    }).pipe(Effect.scoped)
  )
})

describe.skipIf(programs === undefined)(`a store on PostgreSQL${leftOut}`, { timeout: 90_000 }, () => {
  it.live("goes on where a copied one stood, for the gateway and for every command", () =>
    Effect.gen(function* () {
      const server = yield* startServer
      const { lan, place, zalo } = yield* begun
      const first = yield* serve(place)
      yield* zalo.inject({ chat: lan.id, message: text("một") })
      yield* soon("an answer", zalo.awaitSent(lan.id, 0))
      const copy = ["store", "copy", "--from", `sqlite:${place.database}`, "--to", server.url]
      const held = yield* cliJson(place, copy)
      assert.strictEqual(held.code, 1)
      assert.strictEqual(held.json.error.code, "lease-held")
      yield* stop(first)
      const copied = yield* cliJson(place, copy)
      assert.strictEqual(copied.code, 0, copied.err)
      assert.deepStrictEqual(copied.json.tables.inbox, { copied: 1, present: 1 })
      assert.deepStrictEqual((yield* cliJson(place, copy)).json.tables.inbox, { copied: 0, present: 1 })

      const onServer = { ...place, env: { ...place.env, ZALO_EFFECT_STORE_URL: server.url } }
      const checked = yield* cliJson(onServer, ["store", "check"])
      assert.strictEqual(checked.code, 0, checked.out)
      assert.strictEqual(checked.json.counts.inbox, 1)
      const second = yield* start(onServer, ["serve"])
      yield* ready(place, second)
      const refused = yield* start(onServer, ["serve", "--port", "0", "--json"])
      const ended = yield* soon("its end", refused.ended)
      assert.strictEqual(ended.code, 1)
      assert.include(ended.err, `held by ${second.pid} on `)
      yield* zalo.inject({ chat: lan.id, message: text("hai") })
      yield* soon("the next answer", zalo.awaitSent(lan.id, 1))
      const sent = yield* cliJson(onServer, [
        "message",
        "send",
        "--channel",
        "zalo",
        "--target",
        lan.id,
        "--message",
        "ba"
      ])
      assert.strictEqual(sent.code, 0, sent.err)
      assert.deepStrictEqual(
        (yield* zalo.hears(lan.id)).map((one) => one.text),
        ["một", "hai", "ba"]
      )
      const queue = yield* cliJson(onServer, ["queue", "list", "--all"])
      assert.lengthOf(queue.json.inbox, 2)
      second.signal("SIGKILL")
      yield* second.ended
      // The store has gone on: what is in the old one is not put over it.
      const late = yield* cliJson(place, copy)
      assert.strictEqual(late.json.error.code, "target-differs")
      const third = yield* start(onServer, ["serve"])
      yield* ready(place, third)
      assert.lengthOf(yield* zalo.hears(lan.id), 3)
      assert.strictEqual((yield* stop(third)).code, 0)
    }).pipe(Effect.scoped)
  )

  it.live("is found by --config too, and its password is told to nobody", () =>
    Effect.gen(function* () {
      const { place } = yield* begun
      const store = "postgres://zalo:a-secret-password@127.0.0.1:1/zalo"
      place.configure({ botToken: "1:a" }, { store: { url: store } })
      for (const command of [
        ["store", "check"],
        ["queue", "list"],
        ["channels", "status"],
        ["config", "show"],
        ["serve"]
      ]) {
        const { code, err, out } = yield* cliJson(place, command)
        assert.notInclude(out + err, "a-secret-password", command.join(" "))
        if (command[0] !== "channels" && command[0] !== "config") assert.strictEqual(code, 1, command.join(" "))
      }
      place.configure({ botToken: "1:a" }, { store: { url: "mysql://a-secret-password@x/y" } })
      const wrong = yield* cliJson(place, ["queue", "list"])
      assert.strictEqual(wrong.code, 2)
      assert.include(wrong.err, "store.url")
      assert.notInclude(wrong.out + wrong.err, "a-secret-password")
    }).pipe(Effect.scoped)
  )
})
