import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { account, check, checkZalo, settings } from "./kit.ts"

it.effect("a token in the environment is a whole configuration, with the documented defaults", () =>
  Effect.gen(function* () {
    const config = yield* settings(check({}, { env: { ZALO_BOT_TOKEN: " 4055:abc\n" } }))
    const only = account(config)
    assert.strictEqual(Redacted.value(only.token), "4055:abc")
    assert.strictEqual(only.botId, "4055")
    assert.deepStrictEqual(only.transport, { _tag: "Polling" })
    assert.deepStrictEqual(only.agent, { type: "echo" })
    assert.isFalse(config.agentConfigured)
    assert.deepStrictEqual(only.access, {
      dmPolicy: "pairing",
      allowFrom: [],
      groupPolicy: "allowlist",
      groupAllowFrom: [],
      requireMention: false,
      language: "vi",
      pairing: { ttl: Duration.hours(1), maxPending: 100, owners: [], replay: false }
    })
    assert.isUndefined(only.throttle)
    assert.deepStrictEqual(only.turns, {
      mode: "serial",
      window: Duration.seconds(2),
      queue: { cap: undefined, drop: "oldest" },
      attempts: 8,
      maxAge: Duration.minutes(15),
      notice: true
    })
    assert.deepStrictEqual([only.streaming, only.quota], ["off", 3_000])
    assert.deepStrictEqual(only.outbox, { maxAge: Duration.hours(24) })
    assert.strictEqual(only.onUnknown, "resend")
    assert.strictEqual(only.dmScope, "per-channel-peer")
    assert.deepStrictEqual(only.resetTriggers, ["/new"])
    assert.strictEqual(only.textChunkLimit, 2000)
    assert.strictEqual(only.mediaMaxBytes, 5 * 1024 * 1024)
    assert.deepStrictEqual(config.gateway, {
      host: "127.0.0.1",
      port: 8787,
      token: undefined,
      trustedProxies: [],
      stopLimit: Duration.seconds(5),
      webhookBody: { maxBytes: 1024 * 1024, timeout: Duration.seconds(30) },
      cluster: undefined
    })
    assert.strictEqual(config.apiUrl, "https://bot-api.zaloplatforms.com")
    assert.strictEqual(config.dataDir, "/home/lan/.local/share/zalo-effect")
    assert.deepStrictEqual(config.warnings, [])
  })
)

it.effect("every key that has an effect reaches the settings", () =>
  Effect.gen(function* () {
    const config = yield* settings(
      check({
        channels: {
          zalo: {
            name: "Shop",
            botToken: "1:a",
            dmPolicy: "allowlist",
            allowFrom: [" zalo:ABC ", 12, "*"],
            groupPolicy: "open",
            groupAllowFrom: ["zl:ZGR-f8"],
            groups: { requireMention: true },
            pairing: { ttl: "90s", maxPending: 7, owners: ["zalo:ABC", "abc", 12], replay: true },
            throttle: { messages: 3, per: "10s", notice: false },
            streaming: "paragraphs",
            turns: {
              mode: "merge",
              window: 4,
              queue: { cap: 9, drop: "newest" },
              attempts: 2,
              maxAge: 30,
              notice: false
            },
            outbox: { maxAge: "500ms" },
            onUnknown: "hold",
            language: "en",
            mediaMaxMb: 1.5,
            proxy: "http://user:pw@proxy.example:3128",
            responsePrefix: "🤖 ",
            textChunkLimit: 500
          }
        },
        session: { dmScope: "main", resetTriggers: ["/New ", "bắt đầu lại"] },
        gateway: {
          host: "0.0.0.0",
          port: 0,
          trustedProxies: ["10.0.0.0/8", "::1"],
          stopLimit: 0,
          webhookBody: { maxBytes: 2048, timeout: "1m" },
          cluster: undefined
        },
        agent: { type: "command", command: ["python3", "bot.py"], timeout: "5m" }
      })
    )
    const only = account(config)
    assert.deepStrictEqual(only.access, {
      dmPolicy: "allowlist",
      allowFrom: ["abc", "12", "*"],
      groupPolicy: "open",
      groupAllowFrom: ["zgr-f8"],
      requireMention: true,
      language: "en",
      pairing: { ttl: Duration.seconds(90), maxPending: 7, owners: ["abc", "12"], replay: true }
    })
    assert.deepStrictEqual(only.throttle, { messages: 3, per: Duration.seconds(10), notice: false })
    assert.deepStrictEqual(only.turns, {
      mode: "merge",
      window: Duration.seconds(4),
      queue: { cap: 9, drop: "newest" },
      attempts: 2,
      maxAge: Duration.seconds(30),
      notice: false
    })
    assert.strictEqual(only.streaming, "paragraphs")
    assert.deepStrictEqual(only.outbox, { maxAge: Duration.millis(500) })
    assert.deepStrictEqual(only.agent, {
      type: "command",
      command: ["python3", "bot.py"],
      mode: "once",
      timeout: Duration.minutes(5)
    })
    assert.strictEqual(only.name, "Shop")
    assert.strictEqual(only.onUnknown, "hold")
    assert.strictEqual(only.mediaMaxBytes, 1.5 * 1024 * 1024)
    assert.strictEqual(only.responsePrefix, "🤖 ")
    assert.strictEqual(only.textChunkLimit, 500)
    assert.strictEqual(only.dmScope, "main")
    assert.deepStrictEqual(only.resetTriggers, ["/new", "bắt đầu lại"])
    assert.strictEqual(only.proxy && Redacted.value(only.proxy), "http://user:pw@proxy.example:3128/")
    assert.isTrue(config.agentConfigured)
    assert.deepStrictEqual(config.gateway, {
      host: "0.0.0.0",
      port: 0,
      token: undefined,
      trustedProxies: ["10.0.0.0/8", "::1"],
      stopLimit: Duration.zero,
      webhookBody: { maxBytes: 2048, timeout: Duration.minutes(1) },
      cluster: undefined
    })
  })
)

it.effect("a size of zero or less is the default, a blank proxy none, an empty prefix none", () =>
  Effect.gen(function* () {
    const only = account(yield* settings(checkZalo({ mediaMaxMb: -1, proxy: " ", responsePrefix: "" })))
    assert.strictEqual(only.mediaMaxBytes, 5 * 1024 * 1024)
    assert.isUndefined(only.proxy)
    assert.isUndefined(only.responsePrefix)
  })
)

it.effect("flag wins over file, file over default", () =>
  Effect.gen(function* () {
    const value = { channels: { zalo: { botToken: "1:a" } }, gateway: { host: "::1", port: 1 } }
    const config = yield* settings(check(value, {}, { port: 2, dataDir: "/data" }))
    assert.strictEqual(config.gateway.host, "::1")
    assert.strictEqual(config.gateway.port, 2)
    assert.strictEqual(config.dataDir, "/data")
    const { problems } = yield* check(value, {}, { port: 70_000 })
    assert.deepStrictEqual(
      problems.map(({ key }) => key),
      ["--port"]
    )
  })
)

it.effect("an http agent keeps its headers redacted and takes them from variables", () =>
  Effect.gen(function* () {
    const agent = {
      type: "http",
      url: "https://agent.example/turn",
      headers: { authorization: "${AGENT_TOKEN}", "x-a": "b" }
    }
    const only = account(yield* settings(checkZalo({ agent }, { env: { AGENT_TOKEN: "Bearer s3cret" } })))
    if (only.agent.type !== "http") return assert.fail("not http")
    assert.strictEqual(only.agent.url, "https://agent.example/turn")
    assert.deepStrictEqual(only.agent.timeout, Duration.seconds(120))
    const { authorization } = only.agent.headers
    assert.isTrue(Redacted.isRedacted(authorization) && Redacted.value(authorization) === "Bearer s3cret")
    assert.deepStrictEqual(Object.keys(only.agent.headers), ["authorization", "x-a"])
  })
)

it.effect("ZALO_API_URL replaces the base, without its trailing slashes", () =>
  Effect.gen(function* () {
    const config = yield* settings(checkZalo({}, { env: { ZALO_API_URL: "http://127.0.0.1:9000/api//" } }))
    assert.strictEqual(config.apiUrl, "http://127.0.0.1:9000/api")
    const bare = yield* settings(checkZalo({}, { env: { ZALO_API_URL: "http://127.0.0.1:9000" } }))
    assert.strictEqual(bare.apiUrl, "http://127.0.0.1:9000")
  })
)

it.effect("a wrong ZALO_API_URL is told in words that begin with its name", () =>
  Effect.gen(function* () {
    for (const url of [
      "ftp://x.example",
      "x.example",
      "   ",
      "http://x.example?a=1",
      "http://x.example/#a",
      "http://u:secret@x.example"
    ]) {
      const { problems } = yield* checkZalo({}, { env: { ZALO_API_URL: url } })
      assert.strictEqual(problems.length, 1, url)
      assert.isTrue(problems[0]?.message.startsWith("ZALO_API_URL must"), url)
      assert.isFalse(JSON.stringify(problems).includes("secret"))
    }
  })
)
