import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { formatProblem } from "../../../src/gateway/config/problems.ts"
import { ZaloConfig } from "../../../src/gateway/config/ZaloConfig.ts"
import { account, checkFiles, keys, settings, world } from "./kit.ts"

const file = (token: string) => `{channels: {zalo: {botToken: "${token}:x"}}}`
const botOf = (from: Parameters<typeof checkFiles>) =>
  Effect.map(settings(checkFiles(...from)), (config) => account(config).botId)

it.effect("the file: --config, then the variable, then here, then the configuration folder", () =>
  Effect.gen(function* () {
    const files = {
      "named.json5": file("1"),
      "/etc/zalo.json5": file("2"),
      "zalo-effect.json5": file("3"),
      "/home/lan/.config/zalo-effect/config.json5": file("4"),
      "/xdg/zalo-effect/config.json5": file("5")
    }
    const { "zalo-effect.json5": _, ...away } = files
    const env = { ZALO_EFFECT_CONFIG: "/etc/zalo.json5" }
    assert.strictEqual(yield* botOf([{ files, env }, { file: "named.json5" }]), "1")
    assert.strictEqual(yield* botOf([{ files, env }]), "2")
    assert.strictEqual(yield* botOf([{ files }]), "3")
    assert.strictEqual(yield* botOf([{ files: away }]), "4")
    assert.strictEqual(yield* botOf([{ files: away, env: { XDG_CONFIG_HOME: "/xdg" } }]), "5")
    assert.strictEqual(yield* botOf([{ files: away, env: { XDG_CONFIG_HOME: "xdg" } }]), "4")
    assert.strictEqual(yield* botOf([{ env: { ZALO_BOT_TOKEN: "6:x" } }]), "6")
  })
)

it.effect("a file that was named must exist; the usual ones need not", () =>
  Effect.gen(function* () {
    const env = { ZALO_BOT_TOKEN: "6:x" }
    const flag = yield* checkFiles({ env }, { file: "/none.json5" })
    assert.deepStrictEqual(keys(flag.problems), ["--config"])
    assert.include(flag.problems[0]?.message, "/none.json5")
    const variable = yield* checkFiles({ env: { ...env, ZALO_EFFECT_CONFIG: "/none.json5" } })
    assert.deepStrictEqual(keys(variable.problems), ["ZALO_EFFECT_CONFIG"])
    assert.isTrue((yield* checkFiles({ env })).ok)
  })
)

it.effect("JSON5 is read: comments, single quotes, bare keys, trailing commas, a byte order mark", () =>
  Effect.gen(function* () {
    const text = `\uFEFF// a comment\n{ channels: { 'zalo': { /* the bot */ botToken: '12:x', mediaMaxMb: .5, }, }, }\n`
    const config = yield* settings(checkFiles({ files: { "zalo-effect.json5": text } }))
    assert.strictEqual(account(config).mediaMaxBytes, 512 * 1024)
    assert.strictEqual(config.source.file, "zalo-effect.json5")
  })
)

it.effect("a problem names its file and line, a missing key the line of its section", () =>
  Effect.gen(function* () {
    const text = `{
  channels: {
    zalo: {
      botToken: "1:a",
      allowFrom: [
        "abc",
        9007199254740993
      ],
      accounts: {
        shop: {
          botToken: "2:b",
          webhookUrl: "https://x.example/zalo"
        }
      }
    }
  }
}`
    const { problems } = yield* checkFiles({ files: { "a.json5": text } }, { file: "a.json5" })
    assert.deepStrictEqual(
      problems.map(({ file, key, line }) => [file, line, key]),
      [
        ["a.json5", 7, "channels.zalo.allowFrom[1]"],
        ["a.json5", 10, "channels.zalo.accounts.shop.webhookSecret"]
      ]
    )
    assert.strictEqual(
      problems[0] && formatProblem(problems[0]),
      "a.json5:7: channels.zalo.allowFrom[1]: is a number beyond 2^53, which loses its last digits. Quote it"
    )
  })
)

it.effect("a number that is exact up to its last digit is an id, the next one is not", () =>
  Effect.gen(function* () {
    const ids = (id: string) =>
      checkFiles({ files: { "zalo-effect.json5": `{channels: {zalo: {botToken: "1:a", allowFrom: [${id}]}}}` } })
    assert.isTrue((yield* ids("9007199254740991")).ok)
    for (const id of [
      "9007199254740992",
      "9007199254740993",
      "4055584533866160964",
      "1e300",
      "Infinity",
      "NaN",
      "-1"
    ]) {
      assert.deepStrictEqual(keys((yield* ids(id)).problems), ["channels.zalo.allowFrom[0]"], id)
    }
  })
)

it.effect("a key written twice is an error", () =>
  Effect.gen(function* () {
    const text = `{channels: {zalo: {botToken: "1:a",\n dmPolicy: "open",\n "dmPolicy": "pairing"}}}`
    const { problems } = yield* checkFiles({ files: { "zalo-effect.json5": text } })
    assert.deepStrictEqual(
      problems.map(({ key, line }) => [key, line]),
      [["channels.zalo.dmPolicy", 3]]
    )
  })
)

it.effect("what is not JSON5 is told with its line and without its words", () =>
  Effect.gen(function* () {
    const texts: ReadonlyArray<readonly [string, number]> = [
      ["", 1],
      ["{\n  channels: {\n", 2],
      ["{\n  botToken: S3CRET:x\n}", 2],
      ["{ a: 1 } S3CRET", 1],
      ['{\n\n  botToken: "S3CRET', 3]
    ]
    for (const [text, line] of texts) {
      const { config, problems } = yield* checkFiles({ files: { "zalo-effect.json5": text } })
      assert.isUndefined(config)
      assert.strictEqual(problems.length, 1, text)
      assert.strictEqual(problems[0]?.line, line, text)
      assert.notInclude(JSON.stringify(problems), "S3CRET")
    }
  })
)

it.effect("a string that ends in a backslash with the file is a problem, not an endless wait", () =>
  Effect.gen(function* () {
    for (const text of ['"\\', '{ a: "b\\', "{ a: '\\"]) {
      const { problems } = yield* checkFiles({ files: { "zalo-effect.json5": text } })
      assert.strictEqual(problems.length, 1, text)
      assert.strictEqual(problems[0]?.line, 1, text)
    }
  })
)

it.effect("nesting without end is a problem, not a crash", () =>
  Effect.gen(function* () {
    const { problems } = yield* checkFiles({ files: { "zalo-effect.json5": "[".repeat(100_000) } })
    assert.strictEqual(problems.length, 1)
  })
)

it.effect("a relative token file lies beside the configuration file", () =>
  Effect.gen(function* () {
    const files = { "/etc/zalo/config.json5": `{channels: {zalo: {tokenFile: "secrets/token"}}}` }
    const config = yield* settings(
      checkFiles({ files, secrets: { "/etc/zalo/secrets/token": "3:file" } }, { file: "/etc/zalo/config.json5" })
    )
    assert.strictEqual(Redacted.value(account(config).token), "3:file")
    assert.strictEqual(config.tokenFrom.get(account(config).id), "channels.zalo.tokenFile")
  })
)

it.effect("the layer gives the settings, or fails with every problem in its message", () =>
  Effect.gen(function* () {
    const within = { files: { "zalo-effect.json5": `{channels: {zalo: {botToken: "S3CRET", dmPolicy: "x"}}}` } }
    const error = yield* ZaloConfig.pipe(
      Effect.provide(Layer.provide(ZaloConfig.layerConfig(), world(within))),
      Effect.flip
    )
    assert.strictEqual(error._tag, "ConfigError")
    assert.strictEqual(error.message.split("\n").length, 2)
    assert.include(error.message, "zalo-effect.json5:1: channels.zalo.dmPolicy: must be one of")
    assert.notInclude(error.message, "S3CRET")
    const value = { channels: { zalo: { botToken: "5:x" } } }
    const embedded = yield* ZaloConfig.pipe(
      Effect.provide(Layer.provide(ZaloConfig.layer(value, { port: 0 }), world()))
    )
    assert.strictEqual(account(embedded).botId, "5")
    assert.strictEqual(embedded.gateway.port, 0)
    assert.isUndefined(embedded.source.file)
  })
)
