import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { show } from "../../../src/gateway/config/show.ts"
import { account, check, checkZalo, keys, settings } from "./kit.ts"

const S = "S3CRET"

const openai = { type: "openai", baseUrl: "http://127.0.0.1:11434/v1", model: "qwen3" }

const agentOf = (agent: object, env: Record<string, string> = {}) =>
  Effect.map(settings(checkZalo({ agent }, { env })), (config) => account(config).agent)

it.effect("an openai agent needs an address and a model, and has defaults for the rest", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* agentOf(openai), {
      type: "openai",
      baseUrl: "http://127.0.0.1:11434/v1",
      apiKey: undefined,
      model: "qwen3",
      instructions: undefined,
      temperature: undefined,
      maxTokens: undefined,
      headers: {},
      timeout: Duration.seconds(120),
      idleTimeout: Duration.seconds(30),
      history: { messages: 20, tokens: 4_000 },
      images: false,
      sendSession: false
    })
    const bare = yield* checkZalo({ agent: { type: "openai" } })
    assert.deepStrictEqual(keys(bare.problems), ["channels.zalo.agent.baseUrl", "channels.zalo.agent.model"])
  })
)

it.effect("every key of an openai agent reaches it, its key from a variable and redacted", () =>
  Effect.gen(function* () {
    const agent = yield* agentOf(
      {
        ...openai,
        apiKey: "${OPENAI_API_KEY}",
        instructions: "Bạn là nhân viên cửa hàng.",
        temperature: 0,
        maxTokens: 800,
        headers: { "x-a": S },
        timeout: "5m",
        idleTimeout: 45,
        history: { messages: 0, tokens: 100 },
        images: true,
        sendSession: true
      },
      { OPENAI_API_KEY: ` sk-${S}\n` }
    )
    if (agent.type !== "openai") return assert.fail("not openai")
    const { apiKey, headers, ...rest } = agent
    assert.strictEqual(apiKey && Redacted.value(apiKey), `sk-${S}`)
    assert.isTrue(Redacted.isRedacted(headers["x-a"]))
    assert.notInclude(JSON.stringify(agent), S)
    assert.deepStrictEqual(rest, {
      type: "openai",
      baseUrl: "http://127.0.0.1:11434/v1",
      model: "qwen3",
      instructions: "Bạn là nhân viên cửa hàng.",
      temperature: 0,
      maxTokens: 800,
      timeout: Duration.minutes(5),
      idleTimeout: Duration.seconds(45),
      history: { messages: 0, tokens: 100 },
      images: true,
      sendSession: true
    })
  })
)

it.effect("`config show` tells all of an openai agent but its secrets", () =>
  Effect.gen(function* () {
    const agent = { ...openai, baseUrl: `https://x.test/v1?key=${S}`, apiKey: S, headers: { "x-a": S } }
    const shown = show(yield* settings(checkZalo({ agent })))
    assert.notInclude(JSON.stringify(shown), S)
    const [only] = Array.isArray(shown["accounts"]) ? shown["accounts"] : []
    assert.deepStrictEqual(only.agent, {
      type: "openai",
      baseUrl: "https://x.test/v1?***",
      apiKey: "***",
      model: "qwen3",
      instructions: null,
      temperature: null,
      maxTokens: null,
      headers: { "x-a": "***" },
      timeout: "2m",
      idleTimeout: "30s",
      history: { messages: 20, tokens: 4_000 },
      images: false,
      sendSession: false
    })
  })
)

it.effect("a command may stay, an http agent may answer later", () =>
  Effect.gen(function* () {
    const timeout = Duration.seconds(120)
    assert.deepStrictEqual(yield* agentOf({ type: "command", command: ["x"], mode: "ndjson" }), {
      type: "command",
      command: ["x"],
      mode: "ndjson",
      timeout
    })
    assert.deepStrictEqual(yield* agentOf({ type: "http", url: "http://x.test/", async: true }), {
      type: "http",
      url: "http://x.test/",
      headers: {},
      async: true,
      timeout
    })
  })
)

const wrong: ReadonlyArray<readonly [name: string, agent: object, key: string]> = [
  ["an endpoint without a scheme", { ...openai, baseUrl: "localhost:8000/v1" }, "baseUrl"],
  ["an endpoint with a password", { ...openai, baseUrl: `https://u:${S}@x.test/v1` }, "baseUrl"],
  ["a blank model", { ...openai, model: " " }, "model"],
  ["a key that is a number", { ...openai, apiKey: 1 }, "apiKey"],
  ["a key in a variable that is not set", { ...openai, apiKey: "${NO_SUCH_KEY}" }, "apiKey"],
  ["instructions as a list", { ...openai, instructions: ["x"] }, "instructions"],
  ["too much freedom", { ...openai, temperature: 2.1 }, "temperature"],
  ["an answer of no tokens", { ...openai, maxTokens: 0 }, "maxTokens"],
  ["a header of two lines", { ...openai, headers: { a: `b\n${S}` } }, "headers.a"],
  ["an idle time-out of nothing", { ...openai, idleTimeout: 0 }, "idleTimeout"],
  ["half a message of history", { ...openai, history: { messages: 0.5 } }, "history.messages"],
  ["less than no tokens", { ...openai, history: { tokens: -1 } }, "history.tokens"],
  ["another key of history", { ...openai, history: { message: 1 } }, "history.message"],
  ["a session's name as a text", { ...openai, sendSession: "user" }, "sendSession"],
  ["pictures as a text", { ...openai, images: "yes" }, "images"],
  ["a mode that does not exist", { type: "command", command: ["x"], mode: "nd-json" }, "mode"],
  ["a mode of another agent", { type: "http", url: "http://x.test", mode: "once" }, "mode"],
  ["async as a text", { type: "http", url: "http://x.test", async: "yes" }, "async"]
]

it.effect.each(wrong)("%s is an error at its key", ([, agent, key]) =>
  Effect.gen(function* () {
    const { ok, problems } = yield* checkZalo({ agent })
    assert.isFalse(ok)
    assert.deepStrictEqual(keys(problems), [`channels.zalo.agent.${key}`])
    assert.notInclude(JSON.stringify(problems), S)
  })
)

const botToken = "1:a"

it.effect("the admin API's token may be given, is redacted, and must not be short", () =>
  Effect.gen(function* () {
    const within = { env: { API_TOKEN: `${S}-of-the-operator` } }
    const file = (token: unknown) => ({ channels: { zalo: { botToken } }, gateway: { token } })
    const config = yield* settings(check(file("${API_TOKEN}"), within))
    assert.strictEqual(config.gateway.token && Redacted.value(config.gateway.token), `${S}-of-the-operator`)
    assert.notInclude(JSON.stringify([config.gateway, show(config)]), S)
    for (const token of [S, 5, "${NOT_SET}"]) {
      const { problems } = yield* check(file(token))
      assert.deepStrictEqual(keys(problems), ["gateway.token"])
      assert.notInclude(JSON.stringify(problems), S)
    }
    const elsewhere = yield* check(file("${NOT_SET}"), {}, { secrets: "optional" })
    assert.isTrue(elsewhere.ok)
  })
)

it.effect("a reset trigger is a text that is not blank, and none at all is allowed", () =>
  Effect.gen(function* () {
    const file = (resetTriggers: unknown) => ({ channels: { zalo: { botToken } }, session: { resetTriggers } })
    assert.deepStrictEqual(account(yield* settings(check(file([])))).resetTriggers, [])
    for (const triggers of ["/new", [" "], [1]]) {
      assert.deepStrictEqual(keys((yield* check(file(triggers))).problems), ["session.resetTriggers"])
    }
  })
)
