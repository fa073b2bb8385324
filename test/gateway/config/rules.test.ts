import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { check, checkZalo, keys, said } from "./kit.ts"

const wrong: ReadonlyArray<
  readonly [name: string, zalo: Readonly<Record<string, unknown>>, key: string, remedy?: string]
> = [
  ["an unknown key", { allowform: [] }, "allowform", "allowFrom"],
  ["an unknown key of another kind of case", { dmpolicy: "open" }, "dmpolicy", "dmPolicy"],
  ["an unknown key that is near nothing", { zzzzzzzz: 1 }, "zzzzzzzz", "config schema"],
  ["an unknown key inside a section", { pairing: { maxpending: 1 } }, "pairing.maxpending", "maxPending"],
  [
    "an unknown key of an account",
    { accounts: { shop: { enabled: false, webhokUrl: "" } } },
    "accounts.shop.webhokUrl",
    "webhookUrl"
  ],
  [
    "a key that is not an account's",
    { accounts: { shop: { enabled: false, historyLimit: 1 } } },
    "accounts.shop.historyLimit"
  ],
  ["a wrong policy", { dmPolicy: "parring" }, "dmPolicy", '"pairing"'],
  ["a group policy that private chats have", { groupPolicy: "pairing" }, "groupPolicy"],
  ["a number where a switch is", { enabled: 1 }, "enabled"],
  ["null", { name: null }, "name"],
  ["a list of one", { allowFrom: "abc" }, "allowFrom"],
  ["an id that JSON has rounded", { allowFrom: ["a", 2 ** 53] }, "allowFrom[1]", "Quote it"],
  ["an id with a fraction", { groupAllowFrom: [1.5] }, "groupAllowFrom[0]"],
  ["a negative id", { groupAllowFrom: [-1] }, "groupAllowFrom[0]"],
  ["an access group", { allowFrom: ["accessGroup:friends"] }, "allowFrom[0]"],
  ["a blank id", { allowFrom: ["zalo: "] }, "allowFrom[0]"],
  ["an object for an id", { allowFrom: [{}] }, "allowFrom[0]"],
  ["open to nobody", { dmPolicy: "open", allowFrom: ["abc"] }, "dmPolicy", '"*"'],
  ["a duration without a unit", { pairing: { ttl: "90" } }, "pairing.ttl", '"90s"'],
  ["everybody as an owner", { pairing: { owners: ["abc", "*"] } }, "pairing.owners[1]"],
  ["a group as an owner", { pairing: { owners: ["zgr-abc"] } }, "pairing.owners[0]", "own Zalo ids"],
  ["fewer than no messages", { throttle: { messages: -1 } }, "throttle.messages"],
  ["a throttle of no time", { throttle: { per: 0 } }, "throttle.per"],
  ["a throttle that is switched on by a word", { throttle: true }, "throttle"],
  ["a negative duration", { turns: { maxAge: -1 } }, "turns.maxAge"],
  ["an endless duration", { turns: { maxAge: Infinity } }, "turns.maxAge"],
  ["a duration of nothing", { outbox: { maxAge: "0s" } }, "outbox.maxAge"],
  ["a chunk beyond Zalo's limit", { textChunkLimit: 2001 }, "textChunkLimit"],
  ["a chunk of nothing", { textChunkLimit: 0 }, "textChunkLimit"],
  ["no attempts", { turns: { attempts: 0 } }, "turns.attempts"],
  ["a proxy that is no address", { proxy: "proxy:3128" }, "proxy"],
  ["an agent that is no object", { agent: "echo" }, "agent"],
  ["an agent that does not exist", { agent: { type: "comand" } }, "agent.type", '"command"'],
  ["an agent of no type", { agent: {} }, "agent.type"],
  ["an agent with another's key", { agent: { type: "echo", url: "http://x" } }, "agent.url"],
  ["a command agent without a command", { agent: { type: "command" } }, "agent.command"],
  ["a command as one text", { agent: { type: "command", command: "python3 bot.py" } }, "agent.command"],
  ["an http agent without an address", { agent: { type: "http" } }, "agent.url"],
  [
    "a header of two lines",
    { agent: { type: "http", url: "http://x", headers: { a: "b\r\nc: d" } } },
    "agent.headers.a"
  ],
  ["accounts as a list", { accounts: [] }, "accounts"],
  ["an account as a text", { accounts: { shop: "1:a" } }, "accounts.shop"]
]

it.effect.each(wrong)("%s is an error at its key", ([, zalo, key, remedy]) =>
  Effect.gen(function* () {
    const { ok, problems } = yield* checkZalo(zalo)
    assert.isFalse(ok)
    // An account without a token of its own adds nothing: these are about the key.
    assert.include(keys(problems), `channels.zalo.${key}`)
    const found = problems.find((problem) => problem.key === `channels.zalo.${key}`)
    assert.include(found?.remedy, remedy ?? "")
    assert.isAbove(found?.remedy.length ?? 0, 3)
  })
)

it.effect("a wrong value names what is allowed", () =>
  Effect.gen(function* () {
    const { problems } = yield* checkZalo({ dmPolicy: "x" })
    assert.deepStrictEqual(said(problems), [
      'channels.zalo.dmPolicy: must be one of "pairing", "allowlist", "open", "disabled"'
    ])
  })
)

it.effect("gateway and session are strict, with the nearest name", () =>
  Effect.gen(function* () {
    const { problems } = yield* check({
      channels: { zalo: { botToken: "1:a" } },
      gateway: {
        hots: "x",
        port: "8787",
        trustedProxies: ["proxy.example"],
        stopLimit: -1,
        webhookBody: { maxBytes: 1 }
      },
      session: { dmscope: "main" }
    })
    assert.deepStrictEqual(keys(problems), [
      "gateway.hots",
      "gateway.port",
      "gateway.trustedProxies",
      "gateway.stopLimit",
      "gateway.webhookBody.maxBytes",
      "session.dmscope"
    ])
    assert.include(problems[0]?.remedy, '"host"')
    assert.include(problems[5]?.remedy, '"dmScope"')
  })
)

it.effect("a section that is no object is an error, not a crash", () =>
  Effect.gen(function* () {
    for (const value of [null, 1, "x", [], true]) {
      assert.isFalse((yield* check(value)).ok)
      assert.isFalse((yield* check({ channels: value })).ok)
      assert.isFalse((yield* check({ channels: { zalo: value } })).ok)
      assert.isFalse((yield* check({ channels: { zalo: { botToken: "1:a" } }, gateway: value })).ok)
    }
  })
)

it.effect("OpenClaw's own keys and sections warn, once each, and change nothing", () =>
  Effect.gen(function* () {
    const { ok, warnings } = yield* check({
      $schema: "x",
      channels: {
        zalo: {
          botToken: "1:a",
          configWrites: false,
          historyLimit: 5,
          markdown: { tables: "code" },
          accounts: { shop: { botToken: "2:b", configWrites: true } }
        },
        telegram: { botToken: "SECRET" }
      },
      gateway: { mode: "local", bind: "loopback", auth: { token: "SECRET" }, port: 18789 },
      session: { scope: "per-sender", idleMinutes: 5, reset: { mode: "daily" }, dmScope: "main" },
      agents: { defaults: {} },
      gatway: {},
      tools: { allow: ["a-SECRET"] }
    })
    assert.isTrue(ok)
    assert.deepStrictEqual(keys(warnings), [
      "channels.zalo.configWrites",
      "channels.zalo.historyLimit",
      "channels.telegram",
      "gateway.mode",
      "gateway.bind",
      "gateway.auth",
      "session.scope",
      "session.idleMinutes",
      "session.reset",
      "agents",
      "gatway",
      "tools"
    ])
    assert.include(warnings.find(({ key }) => key === "gatway")?.remedy, "gateway")
    assert.notInclude(JSON.stringify(warnings), "SECRET")
  })
)

it.effect("an empty allowlist and an open door warn; an empty group list says nothing", () =>
  Effect.gen(function* () {
    const allowlist = yield* checkZalo({ dmPolicy: "allowlist" })
    assert.isTrue(allowlist.ok)
    assert.deepStrictEqual(keys(allowlist.warnings), ["channels.zalo.dmPolicy"])
    const open = yield* checkZalo({ dmPolicy: "open", allowFrom: ["*"] })
    assert.isTrue(open.ok)
    assert.deepStrictEqual(keys(open.warnings), ["channels.zalo.dmPolicy"])
    assert.deepStrictEqual((yield* checkZalo({ groupPolicy: "allowlist" })).warnings, [])
  })
)

it.effect("a wrong key at the top is told once, however many accounts inherit it", () =>
  Effect.gen(function* () {
    const { problems } = yield* checkZalo({
      dmPolicy: "open",
      webhookUrl: "https://x.example/zalo",
      accounts: { a: { botToken: "1:a" }, b: { botToken: "2:b" } }
    })
    assert.deepStrictEqual(keys(problems).sort(), ["channels.zalo.dmPolicy", "channels.zalo.webhookSecret"])
  })
)

it.effect("a disabled account is held to its form, not to what it would need to run", () =>
  Effect.gen(function* () {
    const sleeping = { enabled: false, dmPolicy: "open", webhookUrl: "https://x.example/", tokenFile: "/none" }
    assert.isTrue((yield* checkZalo({ accounts: { sleeping } })).ok)
    assert.isFalse((yield* checkZalo({ accounts: { sleeping: { ...sleeping, dmPolicy: "opne" } } })).ok)
  })
)

it.effect("without a home there must be a data directory", () =>
  Effect.gen(function* () {
    const { problems } = yield* checkZalo({}, { env: { HOME: "" } })
    assert.deepStrictEqual(keys(problems), ["ZALO_EFFECT_DATA_DIR"])
    assert.isTrue((yield* checkZalo({}, { env: { HOME: "", XDG_DATA_HOME: "/data" } })).ok)
  })
)
