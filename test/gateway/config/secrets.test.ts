import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SecretCommandError } from "../../../src/gateway/config/SecretFiles.ts"
import { account, check, checkFiles, keys, said, settings, type World } from "./kit.ts"

const providers = {
  default: { source: "env", allowlist: ["SHOP_TOKEN"] },
  disk: { source: "file", path: "/run/secrets.json" },
  alone: { source: "file", path: "/run/alone", mode: "singleValue" },
  vault: { source: "exec", command: "/usr/bin/vault" }
}

const from = (source: string, id: string, provider?: string) =>
  provider === undefined ? { source, id } : { source, provider, id }

const tokenOf = (botToken: unknown, within: World, more: object = {}) =>
  Effect.map(settings(check({ channels: { zalo: { botToken } }, secrets: { providers, ...more } }, within)), (config) =>
    Redacted.value(account(config).token)
  )

const refusal = (botToken: unknown, within: World, more: object = {}) =>
  Effect.map(check({ channels: { zalo: { botToken } }, secrets: { providers, ...more } }, within), ({ problems }) =>
    said(problems).join("\n")
  )

const disk = { secrets: { "/run/secrets.json": '{"zalo": {"a/b": "1:disk", "list": ["x", "2:list"], "n": 5}}' } }

it.effect("a variable is only had when the provider's list holds it, in the short form too", () =>
  Effect.gen(function* () {
    const env = { SHOP_TOKEN: "1:shop", OTHER_TOKEN: "2:other" }
    assert.strictEqual(yield* tokenOf("${SHOP_TOKEN}", { env }), "1:shop")
    assert.strictEqual(yield* tokenOf(from("env", "SHOP_TOKEN", "default"), { env }), "1:shop")
    assert.include(yield* refusal("$OTHER_TOKEN", { env }), "allowlist")
    assert.include(
      yield* refusal(from("env", "SHOP_TOKEN"), {}),
      "configured, unavailable: it names the variable SHOP_TOKEN"
    )
  })
)

it.effect("a pointer finds a text in a JSON file, with ~ and / escaped", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* tokenOf(from("file", "/zalo/a~1b", "disk"), disk), "1:disk")
    assert.strictEqual(yield* tokenOf(from("file", "/zalo/list/1", "disk"), disk), "2:list")
    for (const id of ["/zalo/none", "/zalo/n", "/zalo", "/zalo/list/01", "/__proto__"]) {
      const told = yield* refusal(from("file", id, "disk"), disk)
      assert.include(
        told,
        "channels.zalo.botToken: is configured, unavailable: it is to come from secrets.providers.disk",
        id
      )
    }
    assert.include(yield* refusal(from("file", "value", "disk"), disk), "pointer")
    assert.include(
      yield* refusal(from("file", "/x", "disk"), { secrets: { "/run/secrets.json": "S3CRET" } }),
      "not JSON"
    )
    assert.notInclude(
      yield* refusal(from("file", "/x", "disk"), { secrets: { "/run/secrets.json": "S3CRET" } }),
      "S3CRET"
    )
  })
)

it.effect("a file may hold one secret alone", () =>
  Effect.gen(function* () {
    const within = { secrets: { "/run/alone": "3:alone\n" } }
    assert.strictEqual(yield* tokenOf(from("file", "value", "alone"), within), "3:alone")
    assert.include(yield* refusal(from("file", "/x", "alone"), within), '"value"')
    const refused = { secrets: { "/run/alone": { refused: "not-private" as const } } }
    assert.include(yield* refusal(from("file", "value", "alone"), refused), "may be read or changed by other users")
  })
)

it.effect("a program is asked once for all that is used, and for nothing else", () =>
  Effect.gen(function* () {
    const asked: Array<unknown> = []
    const program: World["program"] = (_, input) =>
      Effect.sync(() => {
        asked.push(JSON.parse(input))
        return '{"protocolVersion":1,"values":{"a":"1:a","b":"2:b","hook":"x"},"errors":{"c":{"code":"NOT_FOUND"}}}'
      })
    const of = (id: string) => from("exec", id, "vault")
    const zalo = {
      webhookSecret: of("hook"),
      accounts: { one: { botToken: of("a") }, two: { botToken: of("b") }, off: { enabled: false, botToken: of("d") } }
    }
    const config = yield* settings(check({ channels: { zalo }, secrets: { providers } }, { program }))
    assert.deepStrictEqual(
      config.accounts.map(({ token }) => Redacted.value(token)),
      ["1:a", "2:b"]
    )
    assert.strictEqual(config.tokenFrom.get(account(config, "one").id), "secrets.providers.vault")
    assert.deepStrictEqual(asked, [{ protocolVersion: 1, provider: "vault", ids: ["a", "b"] }])
    assert.include(yield* refusal(of("c"), { program }), "(NOT_FOUND)")
    assert.include(yield* refusal(of("e"), { program }), 'no text for "e"')
  })
)

it.effect("an answer that is no JSON counts only where that was said, and where one secret was asked for", () =>
  Effect.gen(function* () {
    const program: World["program"] = () => Effect.succeed("4:plain\n")
    const of = from("exec", "a", "vault")
    assert.include(yield* refusal(of, { program }), "no answer of the protocol")
    assert.notInclude(yield* refusal(of, { program }), "4:plain")
    const plain = { ...providers, vault: { ...providers.vault, jsonOnly: false } }
    assert.strictEqual(yield* tokenOf(of, { program }, { providers: plain }), "4:plain")
    const wrong: World["program"] = () => Effect.succeed('{"protocolVersion":2,"values":{"a":"x"}}')
    assert.include(yield* refusal(of, { program: wrong }, { providers: plain }), "no answer of the protocol")
  })
)

it.effect("what fails is told with its key, and nothing falls through to another source", () =>
  Effect.gen(function* () {
    const env = { ZALO_BOT_TOKEN: "7:env" }
    const program: World["program"] = () =>
      Effect.fail(new SecretCommandError({ reason: "failed", detail: "exit code 3" }))
    assert.include(yield* refusal(from("exec", "a", "vault"), { env, program }), "exit code 3")
    assert.include(yield* refusal(from("exec", "a", "nobody"), { env }), 'the secret provider "nobody"')
    assert.include(yield* refusal(from("file", "/a", "vault"), { env }), "source")
    assert.include(yield* refusal(from("file", "/a"), { env }), 'secret provider "default"')
  })
)

it.effect("references that name no provider take the default of their source", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* tokenOf(from("file", "/zalo/a~1b"), disk, { defaults: { file: "disk" } }), "1:disk")
  })
)

it.effect("every place that takes a secret takes a reference", () =>
  Effect.gen(function* () {
    const of = (id: string) => from("file", id, "disk")
    const within = {
      secrets: { "/run/secrets.json": '{"t":"1:a","s":"a-secret-of-16-chars","k":"key","h":"Bearer x"}' }
    }
    const value = {
      channels: { zalo: { botToken: of("/t"), webhookUrl: "https://bot.example.com/zalo", webhookSecret: of("/s") } },
      gateway: { token: of("/s") },
      agent: {
        type: "openai",
        baseUrl: "https://ai.example.com/v1",
        model: "m",
        apiKey: of("/k"),
        headers: { "x-a": of("/h") }
      },
      secrets: { providers }
    }
    const config = yield* settings(check(value, within))
    const { agent, transport } = account(config)
    if (agent.type !== "openai" || transport._tag !== "Webhook") return assert.fail("another agent or transport")
    assert.strictEqual(Redacted.value(transport.secret), "a-secret-of-16-chars")
    assert.strictEqual(agent.apiKey === undefined ? "" : Redacted.value(agent.apiKey), "key")
    assert.deepStrictEqual(
      Object.values(agent.headers).map((one) => (Redacted.isRedacted(one) ? Redacted.value(one) : one)),
      ["Bearer x"]
    )
    assert.strictEqual(
      config.gateway.token === undefined ? "" : Redacted.value(config.gateway.token),
      "a-secret-of-16-chars"
    )
  })
)

it.effect("a wrong section is told key by key, with its lines", () =>
  Effect.gen(function* () {
    const text = `{
  channels: { zalo: { botToken: { source: "file", provider: "Bad", id: "/a" } } },
  secrets: {
    providers: {
      a: { source: "file" },
      b: { source: "exec", command: "vault" },
      c: { source: "vault" },
      d: { path: "/x" },
      E: { source: "env" },
    },
  },
}`
    const { problems } = yield* checkFiles({ files: { "/c.json5": text } }, { file: "/c.json5" })
    assert.deepStrictEqual(
      problems.map(({ key, line }) => `${line} ${key}`),
      [
        "2 channels.zalo.botToken",
        "5 secrets.providers.a.path",
        "6 secrets.providers.b.command",
        "7 secrets.providers.c.source",
        "8 secrets.providers.d.source",
        "9 secrets.providers.E"
      ]
    )
    const bad = yield* check({ channels: { zalo: { botToken: from("exec", "a/../b", "v") } } })
    assert.deepStrictEqual(keys(bad.problems), ["channels.zalo.botToken.id"])
  })
)
