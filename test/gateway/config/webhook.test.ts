import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { account, check, checkZalo, keys, said, settings } from "./kit.ts"

const secret = "s".repeat(8)
const hook = (path: string) => ({ webhookUrl: `https://x.example${path}`, webhookSecret: secret })

it.effect("a webhook is served under the path of its address, or under webhookPath", () =>
  Effect.gen(function* () {
    const transport = (zalo: object) =>
      Effect.map(settings(checkZalo({ ...zalo })), (config) => account(config).transport)
    const plain = yield* transport(hook("/zalo/shop/"))
    if (plain._tag !== "Webhook") return assert.fail("polls")
    assert.strictEqual(plain.path, "/zalo/shop")
    assert.strictEqual(plain.url, "https://x.example/zalo/shop/")
    assert.strictEqual(Redacted.value(plain.secret), secret)
    const moved = yield* transport({ ...hook("/public"), webhookPath: "inner/" })
    assert.strictEqual(moved._tag === "Webhook" && moved.path, "/inner")
  })
)

it.effect("the gateway's own paths, and patterns, are not a webhook's", () =>
  Effect.gen(function* () {
    const paths = [
      "/",
      "",
      "/healthz",
      "/readyz/",
      "/metrics/x",
      "/v1",
      "/V1/hook",
      "/sandbox",
      "/a/:id",
      "/a/*",
      "/a//b",
      "/a%20b",
      "/../v1"
    ]
    for (const webhookPath of paths) {
      const { problems } = yield* checkZalo({ ...hook("/ok"), webhookPath })
      assert.deepStrictEqual(keys(problems), ["channels.zalo.webhookPath"], webhookPath)
    }
    for (const path of ["", "/", "/healthz", "/v1/zalo"]) {
      const { problems } = yield* checkZalo(hook(path))
      assert.deepStrictEqual(keys(problems), ["channels.zalo.webhookUrl"], path)
      assert.include(problems[0]?.remedy, "webhookPath")
    }
    assert.isTrue((yield* checkZalo(hook("/v1zalo"))).ok)
  })
)

it.effect("only https is a webhook", () =>
  Effect.gen(function* () {
    for (const webhookUrl of ["http://x.example/zalo", "x.example/zalo", 5]) {
      const { problems } = yield* checkZalo({ webhookUrl, webhookSecret: secret })
      assert.deepStrictEqual(keys(problems), ["channels.zalo.webhookUrl"])
    }
  })
)

it.effect("a wrong address does not hide a wrong secret or path", () =>
  Effect.gen(function* () {
    const webhookUrl = "http://x.example/zalo"
    const { problems } = yield* checkZalo({ webhookUrl, webhookPath: "/healthz", webhookSecret: "short" })
    assert.sameMembers(keys(problems), [
      "channels.zalo.webhookUrl",
      "channels.zalo.webhookPath",
      "channels.zalo.webhookSecret"
    ])
    assert.sameMembers(keys((yield* checkZalo({ webhookUrl })).problems), [
      "channels.zalo.webhookUrl",
      "channels.zalo.webhookSecret"
    ])
  })
)

it.effect("a blank address is polling, so that one account can do without what the others inherit", () =>
  Effect.gen(function* () {
    const { config, problems, warnings } = yield* checkZalo({
      ...hook("/zalo"),
      accounts: { shop: { botToken: "200:def", webhookUrl: " " } }
    })
    assert.deepStrictEqual([problems, warnings], [[], []])
    assert.strictEqual(config && account(config).transport._tag, "Webhook")
    assert.strictEqual(config && account(config, "shop").transport._tag, "Polling")
  })
)

it.effect("a webhook needs a secret of 8 to 256 characters that a header can carry", () =>
  Effect.gen(function* () {
    const { webhookUrl } = hook("/zalo")
    const none = yield* checkZalo({ webhookUrl })
    assert.deepStrictEqual(keys(none.problems), ["channels.zalo.webhookSecret"])
    for (const webhookSecret of ["", "1234567", "x".repeat(257), "bí mật của tôi"]) {
      const { problems } = yield* checkZalo({ webhookUrl, webhookSecret })
      assert.deepStrictEqual(keys(problems), ["channels.zalo.webhookSecret"], webhookSecret)
      if (webhookSecret !== "") assert.notInclude(JSON.stringify(problems), webhookSecret)
    }
    for (const webhookSecret of ["12345678", "x".repeat(256)])
      assert.isTrue((yield* checkZalo({ webhookUrl, webhookSecret })).ok)
    const referred = { webhookUrl, webhookSecret: "${HOOK}" }
    assert.isTrue((yield* checkZalo(referred, { env: { HOOK: secret } })).ok)
    assert.deepStrictEqual(keys((yield* checkZalo(referred)).problems), ["channels.zalo.webhookSecret"])
  })
)

it.effect("a secret or a path without an address warns: the bot polls", () =>
  Effect.gen(function* () {
    const { config, warnings } = yield* checkZalo({ webhookSecret: "x", webhookPath: "/healthz" })
    assert.strictEqual(config && account(config).transport._tag, "Polling")
    assert.deepStrictEqual(keys(warnings), ["channels.zalo.webhookSecret", "channels.zalo.webhookPath"])
  })
)

it.effect("two accounts may share a path or a secret, not both", () =>
  Effect.gen(function* () {
    const two = (shop: object) =>
      check({
        channels: { zalo: { accounts: { a: { botToken: "1:a", ...hook("/zalo") }, b: { botToken: "2:b", ...shop } } } }
      })
    assert.isTrue((yield* two(hook("/other"))).ok)
    assert.isTrue((yield* two({ ...hook("/zalo"), webhookSecret: "another secret" })).ok)
    const { problems } = yield* two(hook("/Zalo/"))
    assert.deepStrictEqual(keys(problems), ["channels.zalo.accounts.b.webhookUrl"])
    assert.notInclude(JSON.stringify(problems), secret)
    const pictures = yield* two({ ...hook("/other"), webhookPath: "/zalo/media" })
    assert.deepStrictEqual(keys(pictures.problems), ["channels.zalo.accounts.b.webhookPath"])
  })
)

it.effect("everything that is wrong is said at once", () =>
  Effect.gen(function* () {
    const { problems } = yield* check(
      {
        channels: {
          zalo: {
            dmPolicy: "open",
            webhookUrl: "https://x.example/",
            webhookSecret: "short",
            tokn: 1,
            accounts: { a: { botToken: "1:a" }, b: { botToken: "1:b" } },
            defaultAccount: "c"
          }
        },
        gateway: { port: -1 }
      },
      { env: { ZALO_API_URL: "nope" } }
    )
    assert.deepStrictEqual(
      said(problems)
        .map((line) => line.slice(0, 52))
        .sort(),
      [
        "ZALO_API_URL: ZALO_API_URL must be an http:// or htt",
        'channels.zalo.accounts.b.botToken: makes account "b"',
        "channels.zalo.defaultAccount: names no account that ",
        'channels.zalo.dmPolicy: is "open", but allowFrom doe',
        "channels.zalo.tokn: is not a known key",
        "channels.zalo.webhookSecret: must have 8 to 256 char",
        "channels.zalo.webhookUrl: has a path that is /, whic",
        "gateway.port: must be a whole number from 0 to 65535"
      ]
    )
  })
)
