import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { account, check, keys, settings, type World } from "./kit.ts"

const tokenOf = (zalo: object, within?: World, id?: string) =>
  Effect.map(settings(check({ channels: { zalo } }, within)), (config) => Redacted.value(account(config, id).token))

const secrets = { "/run/token": "9:file", "/run/top": "8:top" }

it.effect("an account's own token comes before everything", () =>
  Effect.gen(function* () {
    const shop = { botToken: "1:own", tokenFile: "/run/token" }
    assert.strictEqual(yield* tokenOf({ botToken: "2:top", accounts: { shop } }, { secrets }, "shop"), "1:own")
  })
)

it.effect("then its own file, then the top's token, then the top's file", () =>
  Effect.gen(function* () {
    const off = { default: { enabled: false } }
    assert.strictEqual(
      yield* tokenOf(
        { botToken: "2:top", accounts: { ...off, shop: { tokenFile: "/run/token" } } },
        { secrets },
        "shop"
      ),
      "9:file"
    )
    assert.strictEqual(
      yield* tokenOf({ botToken: "2:top", tokenFile: "/run/top", accounts: { ...off, shop: {} } }, { secrets }, "shop"),
      "2:top"
    )
    assert.strictEqual(
      yield* tokenOf({ tokenFile: "/run/top", accounts: { ...off, shop: {} } }, { secrets }, "shop"),
      "8:top"
    )
  })
)

it.effect("the variable comes last, and for `default` only", () =>
  Effect.gen(function* () {
    const env = { ZALO_BOT_TOKEN: "7:env" }
    assert.strictEqual(yield* tokenOf({ botToken: "2:top" }, { env }), "2:top")
    assert.strictEqual(yield* tokenOf({ tokenFile: "/run/top" }, { env, secrets }), "8:top")
    assert.strictEqual(yield* tokenOf({ botToken: " " }, { env }), "7:env")
    const { problems } = yield* check({ channels: { zalo: { accounts: { shop: {} } } } }, { env })
    assert.deepStrictEqual(keys(problems), ["channels.zalo.accounts.shop.botToken"])
  })
)

it.effect("an empty botToken of an account keeps the top's away, but not its own file or the variable", () =>
  Effect.gen(function* () {
    const accounts = { default: { enabled: false }, shop: { botToken: "" } }
    const { problems } = yield* check(
      { channels: { zalo: { botToken: "2:top", tokenFile: "/run/top", accounts } } },
      { secrets }
    )
    assert.deepStrictEqual(keys(problems), ["channels.zalo.accounts.shop.botToken"])
    const own = { shop: { botToken: "", tokenFile: "/run/token" }, default: { enabled: false } }
    assert.strictEqual(yield* tokenOf({ botToken: "2:top", accounts: own }, { secrets }, "shop"), "9:file")
    const blank = { botToken: "2:top", accounts: { default: { botToken: "" } } }
    assert.strictEqual(yield* tokenOf(blank, { env: { ZALO_BOT_TOKEN: "7:env" } }), "7:env")
  })
)

it.effect("a file that is refused is told with its key, and nothing else stands in for it", () =>
  Effect.gen(function* () {
    for (const refused of ["symlink", "several-links", "too-large", "empty", "not-a-file", "missing"] as const) {
      const within = { secrets: { "/run/token": { refused } }, env: { ZALO_BOT_TOKEN: "7:env" } }
      const { problems } = yield* check({ channels: { zalo: { tokenFile: "/run/token" } } }, within)
      assert.deepStrictEqual(keys(problems), ["channels.zalo.tokenFile"], refused)
    }
  })
)

it.effect("a relative token file lies beside the configuration, ~ in the home folder", () =>
  Effect.gen(function* () {
    const home = { secrets: { "/home/lan/token": "5:home" } }
    assert.strictEqual(yield* tokenOf({ tokenFile: "~/token" }, home), "5:home")
  })
)

it.effect("references to variables are looked up, in both forms, and never fall through", () =>
  Effect.gen(function* () {
    const env = { SHOP_TOKEN: "6:ref", ZALO_BOT_TOKEN: "7:env" }
    const reference = { source: "env", provider: "default", id: "SHOP_TOKEN" }
    for (const botToken of ["${SHOP_TOKEN}", "$SHOP_TOKEN", reference])
      assert.strictEqual(yield* tokenOf({ botToken }, { env }), "6:ref")
    const { problems } = yield* check(
      { channels: { zalo: { botToken: "${NOT_SET}", tokenFile: "/run/top" } } },
      { env, secrets }
    )
    assert.deepStrictEqual(keys(problems), ["channels.zalo.botToken"])
    assert.include(problems[0]?.message, "NOT_SET")
  })
)

it.effect("OpenClaw's own store is refused in words, and only where it is used", () =>
  Effect.gen(function* () {
    const botToken = { source: "store", provider: "default", id: "zalo/token" }
    const { problems } = yield* check({ channels: { zalo: { botToken } } })
    assert.deepStrictEqual(keys(problems), ["channels.zalo.botToken"])
    assert.include(problems[0]?.message, '"store"')
    const inactive = { botToken: "1:a", webhookSecret: botToken, accounts: { shop: { enabled: false, botToken } } }
    assert.isTrue((yield* check({ channels: { zalo: inactive } })).ok)
  })
)

it.effect("a text without a colon is no token, and is not repeated", () =>
  Effect.gen(function* () {
    for (const botToken of [
      "S3CRETS3CRET",
      ":S3CRETS3CRET",
      "S3CRETS3CRET:",
      "../S3CRETS3CRET:x",
      "a b:S3CRETS3CRET"
    ]) {
      const { problems } = yield* check({ channels: { zalo: { botToken } } })
      assert.deepStrictEqual(keys(problems), ["channels.zalo.botToken"], botToken)
      assert.notInclude(JSON.stringify(problems), "S3CRET")
    }
    const variable = yield* check({}, { env: { ZALO_BOT_TOKEN: "S3CRETS3CRET" } })
    assert.deepStrictEqual(keys(variable.problems), ["ZALO_BOT_TOKEN"])
    assert.isNull(variable.problems[0]?.file)
  })
)

it.effect("commands that need no token can load without: the account is listed as unavailable", () =>
  Effect.gen(function* () {
    const zalo = { accounts: { shop: { botToken: "${NOT_SET}", allowFrom: ["x"] }, ads: { botToken: "1:a" } } }
    const config = yield* settings(check({ channels: { zalo } }, {}, { secrets: "optional" }))
    assert.deepStrictEqual(
      config.accounts.map(({ id }) => `${id}`),
      ["ads"]
    )
    const [shop] = config.unavailable
    assert.deepStrictEqual(shop?.access.allowFrom, ["x"])
    assert.include(shop?.reason, "channels.zalo.accounts.shop.botToken")
    const nothing = yield* settings(check({}, {}, { secrets: "optional" }))
    assert.deepStrictEqual(
      nothing.unavailable.map(({ id }) => `${id}`),
      ["default"]
    )
    // What is wrong stays wrong.
    assert.isFalse((yield* check({ channels: { zalo: { dmPolicy: "x" } } }, {}, { secrets: "optional" })).ok)
  })
)
