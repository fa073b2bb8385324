import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { applyEdits } from "../../../../src/gateway/config/edit/apply.ts"
import { translate } from "../../../../src/gateway/config/import/openclaw.ts"
import { parse } from "../../../../src/gateway/config/parse.ts"
import { check } from "../kit.ts"

const place = (path: string) => (path.startsWith("/") ? path : `/claw/${path}`)

const imported = Effect.fnUntraced(function* (value: object, ours = "{}") {
  const translation = translate(value, place)
  const text = Result.getOrThrow(yield* applyEdits(ours, translation.edits))
  const of = (list: typeof translation.left) => new Map(list.map(({ key, why }) => [key, why ?? ""]))
  return {
    value: Result.getOrThrow(yield* parse(text)).value,
    taken: of(translation.taken),
    translated: of(translation.translated),
    left: of(translation.left)
  }
})

const zalo = (section: object, rest: object = {}) => imported({ channels: { zalo: section }, ...rest })

const channel = (value: unknown): unknown => Reflect.get(Object(Reflect.get(Object(value), "channels")), "zalo")

describe("config import", () => {
  it.effect("what means the same is taken as it is", () =>
    Effect.gen(function* () {
      const section = {
        botToken: "${ZALO}",
        dmPolicy: "pairing",
        allowFrom: ["an"],
        groupPolicy: "allowlist",
        accounts: { shop: { botToken: { source: "env", provider: "default", id: "SHOP" }, name: "Shop" } },
        defaultAccount: "shop"
      }
      const { left, taken, translated, value } = yield* zalo(section, { session: { dmScope: "main" } })
      assert.deepStrictEqual(value, { channels: { zalo: section }, session: { dmScope: "main" } })
      assert.strictEqual(taken.size, 8)
      assert.strictEqual(left.size + translated.size, 0)
    })
  )

  it.effect("ids become texts, access groups their members, and what is lost is said", () =>
    Effect.gen(function* () {
      const allowFrom = [123, 2 ** 60, "accessGroup:friends", "accessGroup:none", "zalo:Lan"]
      const accessGroups = { friends: { type: "message.senders", members: { zalo: ["an", "an"] } } }
      const { translated, value } = yield* zalo({ allowFrom }, { accessGroups })
      assert.deepInclude(Object(channel(value)), { allowFrom: ["123", "an", "zalo:Lan"] })
      const why = translated.get("channels.zalo.allowFrom") ?? ""
      for (const told of ["texts", "2^53", '"friends"', '"none"']) assert.include(why, told)
    })
  )

  it.effect("defaults that differ are told, so that nobody is surprised", () =>
    Effect.gen(function* () {
      const { translated } = yield* zalo({ botToken: "1:a" })
      assert.include(translated.get("channels.zalo.groupPolicy"), "everyone in a group")
      assert.include(translated.get("session.dmScope"), "one session")
      const set = yield* zalo({ groupPolicy: "open" }, { session: { dmScope: "per-peer" } })
      assert.strictEqual(set.translated.size, 0)
    })
  )

  it.effect("open without * is what it does there: a list", () =>
    Effect.gen(function* () {
      const { value } = yield* zalo({ dmPolicy: "open", allowFrom: ["an"] })
      assert.deepInclude(Object(channel(value)), { dmPolicy: "allowlist" })
      const open = yield* zalo({ dmPolicy: "open", allowFrom: ["*"] })
      assert.deepInclude(Object(channel(open.value)), { dmPolicy: "open" })
      const inherited = yield* zalo({ allowFrom: ["*"], accounts: { a: { dmPolicy: "open" } } })
      assert.isTrue(inherited.taken.has("channels.zalo.accounts.a.dmPolicy"))
    })
  )

  it.effect("what cannot work here is left with its reason, never with its value", () =>
    Effect.gen(function* () {
      const { left, value } = yield* zalo(
        {
          botToken: { source: "store", provider: "default", id: "S3CRET" },
          tokenFile: "${HOME}/token",
          webhookUrl: "https://a.example/x",
          webhookSecret: "S3CRET",
          webhookPath: "/x",
          streaming: true,
          nothing: 1
        },
        { gateway: { auth: { token: "S3CRET" } }, hooks: {}, env: { vars: { A_KEY: "S3CRET" } } }
      )
      assert.deepStrictEqual([...left.keys()].sort(), [
        "channels.zalo.botToken",
        "channels.zalo.nothing",
        "channels.zalo.streaming",
        "channels.zalo.tokenFile",
        "channels.zalo.webhookPath",
        "channels.zalo.webhookSecret",
        "channels.zalo.webhookUrl",
        "env",
        "gateway.auth",
        "hooks"
      ])
      assert.notInclude([...left.values()].join(), "S3CRET")
      assert.include(left.get("env"), "A_KEY")
      assert.deepStrictEqual(value, {})
    })
  )

  it.effect("secret providers come along, their files found from here", () =>
    Effect.gen(function* () {
      const providers = { disk: { source: "file", path: "s.json" }, bad: { source: "exec", command: "vault" } }
      const { left, value } = yield* zalo({ tokenFile: "t" }, { secrets: { providers, resolution: {} } })
      assert.deepStrictEqual(Reflect.get(Object(value), "secrets"), {
        providers: { disk: { source: "file", path: "/claw/s.json" } }
      })
      assert.deepStrictEqual(channel(value), { tokenFile: "/claw/t" })
      assert.include(left.get("secrets.providers.bad"), "absolute path")
      assert.isTrue(left.has("secrets.resolution"))
    })
  )

  it.effect("agents are asked through OpenClaw's own API where it has one, else their model is", () =>
    Effect.gen(function* () {
      const agentOf = Effect.fnUntraced(function* (rest: object) {
        const { left, value } = yield* zalo({ botToken: "1:a" }, rest)
        return { agent: Reflect.get(Object(value), "agent"), left }
      })
      const models = {
        providers: { lm: { baseUrl: "http://127.0.0.1:1234/v1", apiKey: "${K}", api: "openai-completions" } }
      }
      const agents = { defaults: { model: { primary: "lm/qwen/3" } } }
      assert.deepStrictEqual((yield* agentOf({ agents, models })).agent, {
        type: "openai",
        baseUrl: "http://127.0.0.1:1234/v1",
        model: "qwen/3",
        apiKey: "${K}"
      })
      const http = { endpoints: { chatCompletions: { enabled: true } } }
      assert.deepStrictEqual(
        (yield* agentOf({ agents, models, gateway: { http, port: 1, auth: { token: "t" } } })).agent,
        {
          type: "openai",
          baseUrl: "http://127.0.0.1:1/v1",
          model: "openclaw",
          apiKey: "t",
          sendSession: true
        }
      )
      const other = yield* agentOf({ agents: { defaults: { model: "anthropic/x" } } })
      assert.isUndefined(other.agent)
      assert.include(other.left.get("agents"), "chatCompletions")
    })
  )

  it.effect("one source of a token clears the other in our file, comments stay, and the whole is right", () =>
    Effect.gen(function* () {
      const translation = translate({ channels: { zalo: { botToken: "1:a" } } }, place)
      const ours = '{channels: {zalo: {tokenFile: "/old", /* mine */ language: "en"}}}'
      const text = Result.getOrThrow(yield* applyEdits(ours, translation.edits))
      assert.strictEqual(text, '{channels: {zalo: {/* mine */ language: "en", botToken: "1:a"}}}')
      assert.isTrue((yield* check(Result.getOrThrow(yield* parse(text)).value)).ok)
    })
  )
})
