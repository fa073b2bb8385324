import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { AccountId } from "../../../../src/domain/ids.ts"
import { applyEdits } from "../../../../src/gateway/config/edit/apply.ts"
import { parse } from "../../../../src/gateway/config/parse.ts"
import { type Answers, editsOf } from "../../../../src/gateway/config/setup/answers.ts"
import { placeOf } from "../../../../src/gateway/config/setup/place.ts"
import { whichAccount } from "../../../../src/gateway/config/setup/which.ts"
import { check, settings, type World } from "../kit.ts"

const after = Effect.fnUntraced(function* (zalo: unknown, id: string, answers: Answers, rest: object = {}) {
  const value = { channels: { zalo }, ...rest }
  const edits = editsOf(placeOf(value, AccountId.make(id)), answers)
  const text = Result.getOrThrow(yield* applyEdits(JSON.stringify(value), edits))
  return Result.getOrThrow(yield* parse(text)).value
})

const zaloAfter = (zalo: unknown, id: string, answers: Answers) =>
  Effect.map(after(zalo, id, answers), (value) => Reflect.get(Object(Reflect.get(Object(value), "channels")), "zalo"))

const token = (text: string): Answers => ({ token: { _tag: "Value", text } })

it.effect("a single bot is written at the top, further ones in sections of their own", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* zaloAfter({}, "default", token("1:a")), { botToken: "1:a" })
    assert.deepStrictEqual(yield* zaloAfter({ botToken: "1:a" }, "shop", { ...token("2:b"), language: "en" }), {
      botToken: "1:a",
      accounts: { shop: { botToken: "2:b", language: "en" } }
    })
    // What others inherit is not changed for them.
    const shared = { botToken: "1:a", dmPolicy: "pairing", accounts: { shop: { botToken: "2:b" } } }
    assert.deepStrictEqual(yield* zaloAfter(shared, "default", { dmPolicy: "disabled" }), {
      ...shared,
      accounts: { shop: { botToken: "2:b" }, default: { dmPolicy: "disabled" } }
    })
    assert.deepStrictEqual(yield* zaloAfter(shared, "default", token("3:c")), { ...shared, botToken: "3:c" })
  })
)

it.effect("one source of a token clears the others, also the stale one at the top", () =>
  Effect.gen(function* () {
    const file: Answers = { token: { _tag: "File", path: "./token" } }
    assert.deepStrictEqual(yield* zaloAfter({ botToken: "1:a" }, "default", file), { tokenFile: "./token" })
    assert.deepStrictEqual(yield* zaloAfter({ tokenFile: "x" }, "default", token("1:a")), { botToken: "1:a" })
    const both = { botToken: "1:old", accounts: { default: { tokenFile: "x" } } }
    assert.deepStrictEqual(yield* zaloAfter(both, "default", token("2:new")), {
      accounts: { default: { botToken: "2:new" } }
    })
    // An account without a token of its own still needs the one at the top.
    const used = { botToken: "1:a", accounts: { default: {}, shop: {} } }
    assert.deepStrictEqual(yield* zaloAfter(used, "default", file), {
      botToken: "1:a",
      accounts: { default: { tokenFile: "./token" }, shop: {} }
    })
  })
)

it.effect("references are written as the reference's form has them", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* zaloAfter({}, "default", { token: { _tag: "Variable", name: "SHOP" } }), {
      botToken: "${SHOP}"
    })
    const choice = { _tag: "Reference", source: "exec", provider: "vault", id: "a/b" } as const
    assert.deepStrictEqual(yield* zaloAfter({}, "default", { token: choice }), {
      botToken: { source: "exec", provider: "vault", id: "a/b" }
    })
  })
)

it.effect("polling takes the webhook's keys out, or blanks an address that would be inherited", () =>
  Effect.gen(function* () {
    const hook = { webhookUrl: "https://a.example/x", webhookSecret: "secret-secret", webhookPath: "/y" }
    const polling: Answers = { transport: { _tag: "Polling" } }
    assert.deepStrictEqual(yield* zaloAfter({ botToken: "1:a", ...hook }, "default", polling), { botToken: "1:a" })
    assert.deepStrictEqual(yield* zaloAfter({ ...hook, accounts: { shop: {} } }, "shop", polling), {
      ...hook,
      accounts: { shop: { webhookUrl: "" } }
    })
  })
)

it.effect("a new address takes its own path, also where another one would be inherited", () =>
  Effect.gen(function* () {
    const transport = {
      _tag: "Webhook",
      url: "https://b.example/shop/",
      secret: "secret-two",
      path: undefined
    } as const
    assert.deepStrictEqual(yield* zaloAfter({ webhookPath: "/old" }, "default", { transport }), {
      webhookUrl: "https://b.example/shop/",
      webhookSecret: "secret-two"
    })
    assert.deepStrictEqual(yield* zaloAfter({ webhookPath: "/old", accounts: { shop: {} } }, "shop", { transport }), {
      webhookPath: "/old",
      accounts: {
        shop: { webhookUrl: "https://b.example/shop/", webhookSecret: "secret-two", webhookPath: "/shop" }
      }
    })
  })
)

it.effect("open lets everyone in, and no other policy has that left over", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* zaloAfter({ allowFrom: ["an"] }, "default", { dmPolicy: "open" }), {
      allowFrom: ["an", "*"],
      dmPolicy: "open"
    })
    assert.deepStrictEqual(
      yield* zaloAfter({ dmPolicy: "open", allowFrom: ["an", "*"] }, "default", { dmPolicy: "pairing" }),
      {
        dmPolicy: "pairing",
        allowFrom: ["an"]
      }
    )
    assert.deepStrictEqual(yield* zaloAfter({ allowFrom: ["zalo:AN"] }, "default", { dmPolicy: "pairing" }), {
      allowFrom: ["zalo:AN"],
      dmPolicy: "pairing"
    })
  })
)

it.effect("the agent of a single bot is the file's, that of one among several its own", () =>
  Effect.gen(function* () {
    const agent = { type: "none" }
    assert.deepStrictEqual(yield* after({ botToken: "1:a" }, "default", { agent }), {
      channels: { zalo: { botToken: "1:a" } },
      agent
    })
    assert.deepStrictEqual(yield* zaloAfter({ botToken: "1:a", agent: { type: "echo" } }, "default", { agent }), {
      botToken: "1:a",
      agent
    })
    assert.deepStrictEqual(yield* zaloAfter({ botToken: "1:a" }, "shop", { agent }), {
      botToken: "1:a",
      accounts: { shop: { agent } }
    })
  })
)

it.effect("the account that is meant is the one that commands mean", () =>
  Effect.sync(() => {
    const meant = (zalo: object) => String(whichAccount({ channels: { zalo } }))
    assert.strictEqual(meant({}), "default")
    assert.strictEqual(meant({ accounts: { shop: {} } }), "shop")
    assert.strictEqual(meant({ botToken: "1:a", accounts: { shop: {} } }), "default")
    assert.strictEqual(meant({ accounts: { b: {}, a: {} }, defaultAccount: "b" }), "b")
  })
)

// Every way in which tokens may stand in a file, old ones included.
const source = fc.record(
  { botToken: fc.constantFrom("1:top", "2:own", "", "${OLD}"), tokenFile: fc.constantFrom("/run/old", "") },
  { requiredKeys: [] }
)
const file = fc
  .tuple(source, fc.dictionary(fc.constantFrom("default", "shop", "Ads"), source, { maxKeys: 3 }))
  .map(([top, accounts]) => ({ ...top, accounts }))

const choices = fc.constantFrom<NonNullable<Answers["token"]>>(
  { _tag: "Value", text: "9:new" },
  { _tag: "Variable", name: "NEW" },
  { _tag: "File", path: "/run/new" }
)
const world: World = {
  env: { NEW: "9:new", OLD: "8:variable", ZALO_BOT_TOKEN: "7:env" },
  secrets: { "/run/new": "9:new", "/run/old": "6:file" }
}

it("whatever stood there before, the token that was set is the one in use, and others keep theirs", () =>
  fc.assert(
    fc.asyncProperty(file, fc.constantFrom("default", "shop", "ads"), choices, (zalo, id, choice) =>
      Effect.gen(function* () {
        const tokens = Effect.fnUntraced(function* (value: unknown) {
          const { config } = yield* check(value, world, { secrets: "optional" })
          return config === undefined
            ? undefined
            : new Map(config.accounts.map((one) => [String(one.id), Redacted.value(one.token)]))
        })
        const before = yield* tokens({ channels: { zalo } })
        const value = yield* after(zalo, id, { token: choice })
        const now = yield* tokens(value)
        // Two accounts with one token are a problem of their own.
        assert.strictEqual(now === undefined ? "9:new" : now.get(id), "9:new")
        if (before === undefined || now === undefined) return
        for (const [other, theirs] of before)
          if (other !== id && now.has(other)) assert.strictEqual(now.get(other), theirs)
      }).pipe(Effect.runPromise)
    ),
    { numRuns: 500 }
  ))

it.effect("settings of a file that setup wrote are what was answered", () =>
  Effect.gen(function* () {
    const answers: Answers = {
      ...token("1:a"),
      transport: { _tag: "Webhook", url: "https://a.example/zalo", secret: "${HOOK}", path: undefined },
      dmPolicy: "allowlist",
      allowFrom: ["an"],
      agent: { type: "command", command: ["bot"] },
      language: "en",
      name: "Shop"
    }
    const value = yield* after({}, "default", answers)
    const config = yield* settings(check(value, { env: { HOOK: "secret-secret" } }))
    const [account] = config.accounts
    assert.strictEqual(account?.name, "Shop")
    assert.strictEqual(account?.transport._tag, "Webhook")
    assert.strictEqual(account?.agent.type, "command")
    assert.deepStrictEqual(account?.access.allowFrom, ["an"])
  })
)
