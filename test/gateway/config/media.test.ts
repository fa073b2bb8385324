import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { show } from "../../../src/gateway/config/show.ts"
import { settingsTable } from "../../../src/gateway/config/table.ts"
import { account, checkZalo, keys, settings } from "./kit.ts"

it.effect("media has the documented defaults, and no key of it is for later", () =>
  Effect.gen(function* () {
    const only = account(yield* settings(checkZalo({})))
    assert.deepStrictEqual(only.media, {
      ttl: Duration.hours(24),
      hostTtl: Duration.hours(1),
      allowHosts: [],
      allowRanges: [],
      publicUrl: undefined
    })
    const rows = settingsTable().filter(({ key }) => key.startsWith("channels.zalo.media."))
    assert.deepStrictEqual(
      rows.map(({ effect, fallback, key }) => [key.slice("channels.zalo.media.".length), fallback, effect]),
      [
        ["ttl", "24h", "full"],
        ["hostTtl", "1h", "full"],
        ["allowHosts", "[]", "full"],
        ["allowRanges", "[]", "full"],
        ["publicUrl", "the origin of webhookUrl, and webhookPath", "full"]
      ]
    )
  })
)

it.effect(
  "every key of media reaches the settings and config show; an account's own section replaces the shared one",
  () =>
    Effect.gen(function* () {
      const config = yield* settings(
        checkZalo({
          media: {
            ttl: "2h",
            hostTtl: 90,
            allowHosts: [".pictures.example", "cdn.example.com"],
            allowRanges: [" 198.18.0.0/15 ", "fd00:1::/32", "10.1.2.3"],
            publicUrl: "https://bot.example/zalo/"
          },
          accounts: { other: { botToken: "200:abc", media: { publicUrl: "http://127.0.0.1:8787" } } }
        })
      )
      assert.deepStrictEqual(account(config).media, {
        ttl: Duration.hours(2),
        hostTtl: Duration.seconds(90),
        allowHosts: [".pictures.example", "cdn.example.com"],
        allowRanges: ["198.18.0.0/15", "fd00:1::/32", "10.1.2.3"],
        publicUrl: "https://bot.example/zalo"
      })
      const { ttl, publicUrl } = account(config, "other").media
      assert.deepStrictEqual([ttl, publicUrl], [Duration.hours(24), "http://127.0.0.1:8787"])
      const shown = show(config)["accounts"]
      assert.deepStrictEqual(Array.isArray(shown) ? shown[0]?.media : undefined, {
        ttl: "2h",
        hostTtl: "90s",
        allowHosts: [".pictures.example", "cdn.example.com"],
        allowRanges: ["198.18.0.0/15", "fd00:1::/32", "10.1.2.3"],
        publicUrl: "https://bot.example/zalo"
      })
    })
)

it.effect("what cannot be right is told with its place", () =>
  Effect.gen(function* () {
    const at = (media: unknown) => Effect.map(checkZalo({ media }), ({ problems }) => keys(problems))
    const key = "channels.zalo.media"
    assert.deepStrictEqual(yield* at({ allowRanges: ["10.0.0.0/8", "10.0.0.1/8"] }), [`${key}.allowRanges[1]`])
    assert.deepStrictEqual(yield* at({ allowRanges: ["pictures.example"] }), [`${key}.allowRanges[0]`])
    for (const host of ["*", "vn", "https://a.example", "a.example/b", ""]) {
      assert.deepStrictEqual(yield* at({ allowHosts: [host] }), [`${key}.allowHosts`], host)
    }
    for (const publicUrl of [
      "bot.example",
      "ftp://bot.example",
      "https://u:p@bot.example/",
      "https://bot.example/?a=1",
      "https://bot.example/#a",
      "https://bot.example/v1",
      "https://bot.example/a b"
    ]) {
      assert.deepStrictEqual(yield* at({ publicUrl }), [`${key}.publicUrl`], publicUrl)
    }
    assert.deepStrictEqual(yield* at({ ttl: 0, hostTtl: "soon" }), [`${key}.ttl`, `${key}.hostTtl`])
    assert.deepStrictEqual(yield* at({ publicURL: "https://bot.example" }), [`${key}.publicURL`])
  })
)
