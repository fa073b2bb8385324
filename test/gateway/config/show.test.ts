import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { jsonSchema } from "../../../src/gateway/config/jsonSchema.ts"
import { show } from "../../../src/gateway/config/show.ts"
import { settingsTable } from "../../../src/gateway/config/table.ts"
import { check, settings } from "./kit.ts"

const S = "S3CRET"

const full = {
  channels: {
    zalo: {
      botToken: `100:${S}`,
      proxy: `http://user:${S}@proxy.example:3128`,
      accounts: {
        shop: {
          botToken: "${SHOP_TOKEN}",
          webhookUrl: `https://x.example/zalo?key=${S}`,
          webhookSecret: `${S}${S}`,
          pairing: { ttl: "90s" },
          agent: {
            type: "http",
            url: `https://u:${S}@agent.example/turn?key=${S}`,
            headers: { authorization: `Bearer ${S}` }
          }
        },
        file: { tokenFile: "/run/token" },
        idle: { enabled: false, botToken: `5:${S}` }
      }
    }
  }
}
const within = { env: { SHOP_TOKEN: `200:${S}` }, secrets: { "/run/token": `300:${S}` } }

it.effect("`config show` gives the effective configuration and no secret", () =>
  Effect.gen(function* () {
    const config = yield* settings(check(full, within))
    const shown = show(config)
    assert.notInclude(JSON.stringify(shown), S)
    const accounts = Array.isArray(shown["accounts"]) ? shown["accounts"] : []
    assert.deepStrictEqual(
      accounts.map(({ id, enabled, token, tokenFrom }) => [id, enabled, token, tokenFrom]),
      [
        ["default", true, "***", "channels.zalo.botToken"],
        ["file", true, "***", "channels.zalo.accounts.file.tokenFile"],
        ["shop", true, "***", "the variable SHOP_TOKEN"],
        ["idle", false, undefined, undefined]
      ]
    )
    const shop = accounts[2]
    assert.deepStrictEqual(shop.transport, {
      type: "webhook",
      url: "https://x.example/zalo?***",
      path: "/zalo",
      secret: "***"
    })
    assert.deepStrictEqual(shop.pairing, { ttl: "90s", maxPending: 100, owners: [], replay: false })
    assert.isNull(shop.throttle)
    assert.deepStrictEqual(shop.agent, {
      type: "http",
      url: "https://***@agent.example/turn?***",
      headers: { authorization: "***" },
      async: false,
      timeout: "2m"
    })
    assert.strictEqual(accounts[0].proxy, "***")
  })
)

it.effect("the settings themselves print without a secret", () =>
  Effect.gen(function* () {
    const config = yield* settings(check(full, within))
    const [account] = config.accounts
    assert.strictEqual(`${account?.token}`.includes(S), false)
    assert.notInclude(JSON.stringify(config.accounts.map(({ token, proxy }) => ({ token, proxy }))), S)
    assert.isTrue(account !== undefined && Redacted.value(account.token).endsWith(S))
  })
)

const table = settingsTable()

it("the JSON Schema knows every key of the table, and forbids others", () => {
  const schema = JSON.parse(JSON.stringify(jsonSchema()))
  const zalo = schema.properties.channels.properties.zalo
  assert.isFalse(zalo.additionalProperties)
  assert.isFalse(zalo.properties.accounts.additionalProperties.additionalProperties)
  assert.deepStrictEqual(zalo.properties.dmPolicy.enum, ["pairing", "allowlist", "open", "disabled"])
  assert.include(zalo.properties.dmPolicy.description, "Default: pairing.")
  assert.deepStrictEqual(zalo.properties.agent.anyOf[2].required, ["type", "command"])
  assert.isDefined(schema.properties.gateway.properties.bind)
  for (const { key } of table.filter((row) => !row.key.includes("agent.") && !row.key.includes("NAME"))) {
    const found = key.split(".").reduce((at, part) => at?.properties?.[part], schema)
    assert.isString(found?.description, key)
  }
})

it("every key has a sentence and appears once", () => {
  for (const row of table) assert.match(row.description, /^[A-Z].*\.$/s, row.key)
  assert.strictEqual(new Set(table.map(({ key }) => key)).size, table.length)
})

it.effect("the defaults of the table are those that are used", () =>
  Effect.gen(function* () {
    const fallback = (key: string) => table.find((row) => row.key === `channels.zalo.${key}`)?.fallback
    const shown = show(yield* settings(check({ channels: { zalo: { botToken: "1:a" } } })))
    const [account] = Array.isArray(shown["accounts"]) ? shown["accounts"] : []
    const pairs: ReadonlyArray<readonly [string, unknown]> = [
      ["dmPolicy", account.dmPolicy],
      ["groupPolicy", account.groupPolicy],
      ["groups.requireMention", account.groups.requireMention],
      ["pairing.ttl", account.pairing.ttl],
      ["pairing.maxPending", account.pairing.maxPending],
      ["pairing.replay", account.pairing.replay],
      ["turns.attempts", account.turns.attempts],
      ["turns.maxAge", account.turns.maxAge],
      ["turns.notice", account.turns.notice],
      ["onUnknown", account.onUnknown],
      ["language", account.language],
      ["mediaMaxMb", account.mediaMaxMb],
      ["textChunkLimit", account.textChunkLimit],
      ["chunkMode", account.chunkMode],
      ["render", account.render],
      ["markdown.tables", account.markdown.tables],
      ["markdown.filterArtifacts", account.markdown.filterArtifacts]
    ]
    for (const [key, value] of pairs) assert.strictEqual(fallback(key), String(value), key)
    assert.strictEqual(fallback("outbox.maxAge"), "24h")
    assert.deepStrictEqual(account.outbox, { maxAge: "1d" })
  })
)
