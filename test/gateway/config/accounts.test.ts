import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { account, check, checkZalo, keys, said, settings } from "./kit.ts"

it.effect("an account's keys win over the top's, and replace lists and objects whole", () =>
  Effect.gen(function* () {
    const config = yield* settings(
      check({
        channels: {
          zalo: {
            botToken: "1:a",
            allowFrom: ["x", "y"],
            pairing: { ttl: "2h", maxPending: 5 },
            onUnknown: "hold",
            accounts: { shop: { botToken: "2:b", allowFrom: ["z"], pairing: { ttl: "3h" }, language: "en" } }
          }
        }
      })
    )
    const shop = account(config, "shop")
    assert.deepStrictEqual(shop.access.allowFrom, ["z"])
    assert.strictEqual(shop.access.pairing.maxPending, 100)
    assert.strictEqual(shop.onUnknown, "hold")
    assert.strictEqual(shop.language, "en")
    assert.deepStrictEqual(account(config).access.allowFrom, ["x", "y"])
    assert.strictEqual(account(config).access.pairing.maxPending, 5)
  })
)

it.effect("accounts are those named, and `default` where a token stands at the top or in the environment, sorted", () =>
  Effect.gen(function* () {
    const ids = (zalo: object, env = {}) =>
      Effect.map(settings(check({ channels: { zalo } }, { env })), ({ accounts }) => accounts.map(({ id }) => `${id}`))
    const named = { accounts: { shop: { botToken: "2:b" }, Ads: { botToken: "3:c" } } }
    assert.deepStrictEqual(yield* ids(named), ["ads", "shop"])
    assert.deepStrictEqual(yield* ids({ ...named, botToken: "1:a" }), ["ads", "default", "shop"])
    assert.deepStrictEqual(yield* ids(named, { ZALO_BOT_TOKEN: "4:d" }), ["ads", "default", "shop"])
    assert.deepStrictEqual(yield* ids({ ...named, botToken: "" }), ["ads", "shop"])
  })
)

it.effect("without any account there is `default`, and it lacks a token", () =>
  Effect.gen(function* () {
    const { problems } = yield* check({})
    assert.deepStrictEqual(keys(problems), ["channels.zalo.botToken"])
    assert.include(problems[0]?.remedy, "ZALO_BOT_TOKEN")
  })
)

it.effect("an account is on only when neither level says false", () =>
  Effect.gen(function* () {
    const off = yield* settings(checkZalo({ enabled: false, accounts: { shop: { botToken: "2:b", enabled: true } } }))
    assert.deepStrictEqual(off.accounts, [])
    assert.deepStrictEqual(
      off.disabled.map(({ id }) => `${id}`),
      ["default", "shop"]
    )
    const one = yield* settings(checkZalo({ accounts: { shop: { enabled: false } } }))
    assert.deepStrictEqual(
      one.accounts.map(({ id }) => `${id}`),
      ["default"]
    )
    assert.deepStrictEqual(
      one.disabled.map(({ reason }) => reason),
      ["switched off by channels.zalo.accounts.shop.enabled"]
    )
  })
)

it.effect("the default account is the one named, else `default`, else the first", () =>
  Effect.gen(function* () {
    const accounts = { b: { botToken: "2:b" }, a: { botToken: "3:c" } }
    const pick = (zalo: object) =>
      Effect.map(settings(check({ channels: { zalo } })), (config) => `${config.defaultAccount}`)
    assert.strictEqual(yield* pick({ accounts, defaultAccount: " B" }), "b")
    assert.strictEqual(yield* pick({ accounts, botToken: "1:a" }), "default")
    assert.strictEqual(yield* pick({ accounts }), "a")
    const { problems } = yield* check({ channels: { zalo: { accounts, defaultAccount: "c" } } })
    assert.deepStrictEqual(keys(problems), ["channels.zalo.defaultAccount"])
    assert.include(problems[0]?.remedy, "a, b")
  })
)

it.effect("an account's name is compared without case, and the exact one wins", () =>
  Effect.gen(function* () {
    const { config, warnings } = yield* check({
      channels: { zalo: { accounts: { shop: { botToken: "1:a" }, SHOP: { botToken: "2:b" } } } }
    })
    assert.strictEqual(config && Redacted.value(account(config, "shop").token), "1:a")
    assert.deepStrictEqual(keys(warnings), ["channels.zalo.accounts.SHOP"])
  })
)

it.effect("a name that cannot be a path is an error", () =>
  Effect.gen(function* () {
    const { problems } = yield* checkZalo({ accounts: { "my shop": { botToken: "2:b" }, "a/b": {}, "": {} } })
    assert.deepStrictEqual(keys(problems), [
      "channels.zalo.accounts.my shop",
      "channels.zalo.accounts.a/b",
      "channels.zalo.accounts."
    ])
  })
)

it.effect("two accounts of one bot are an error, whatever their secrets", () =>
  Effect.gen(function* () {
    const { problems } = yield* checkZalo({
      accounts: { shop: { botToken: "100:other" }, idle: { botToken: "100:x", enabled: false } }
    })
    assert.deepStrictEqual(keys(problems), ["channels.zalo.accounts.shop.botToken"])
    assert.include(problems[0]?.message, 'account "default"')
    const inherited = yield* checkZalo({ accounts: { shop: {} } })
    assert.deepStrictEqual(keys(inherited.problems), ["channels.zalo.botToken"])
    const variable = yield* check(
      { channels: { zalo: { accounts: { shop: { botToken: "7:x" } } } } },
      { env: { ZALO_BOT_TOKEN: "7:x" } }
    )
    assert.deepStrictEqual(keys(variable.problems), ["channels.zalo.accounts.shop.botToken"])
  })
)

it.effect("an account's agent wins over the channel's, and that over the file's", () =>
  Effect.gen(function* () {
    const config = yield* settings(
      check({
        agent: { type: "none" },
        channels: {
          zalo: {
            botToken: "1:a",
            accounts: { shop: { botToken: "2:b", agent: { type: "command", command: ["x"] } } }
          }
        }
      })
    )
    assert.strictEqual(account(config).agent.type, "none")
    assert.strictEqual(account(config, "shop").agent.type, "command")
    const channel = yield* settings(
      check({ agent: { type: "none" }, channels: { zalo: { botToken: "1:a", agent: { type: "echo" } } } })
    )
    assert.strictEqual(account(channel).agent.type, "echo")
  })
)

it.effect("groupPolicy: account, then top, then channels.defaults, then allowlist", () =>
  Effect.gen(function* () {
    const policy = (zalo: object, defaults: object) =>
      Effect.map(
        settings(check({ channels: { zalo: { accounts: { shop: { botToken: "1:a", ...zalo } } }, defaults } })),
        (config) => account(config, "shop").access.groupPolicy
      )
    assert.strictEqual(yield* policy({}, {}), "allowlist")
    assert.strictEqual(yield* policy({}, { groupPolicy: "open", heartbeat: {} }), "open")
    assert.strictEqual(yield* policy({ groupPolicy: "disabled" }, { groupPolicy: "open" }), "disabled")
    const { problems } = yield* check({ channels: { zalo: { botToken: "1:a" }, defaults: { groupPolicy: "opne" } } })
    assert.deepStrictEqual(said(problems), [
      'channels.defaults.groupPolicy: must be one of "open", "allowlist", "disabled"'
    ])
  })
)
