import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { assert, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Operations } from "../../src/cli/Operations.ts"
import type { TokenAnswer } from "../../src/cli/setupOperations.ts"
import { layerSecretFiles } from "../../src/node/secret-files.ts"
import { call, value, type World } from "./harness.ts"

const good = "4055584533866160964:good"

const answers: Readonly<Record<string, TokenAnswer>> = {
  [good]: { _tag: "Works", id: "4055584533866160964", name: "Bot Thử" },
  "1:away": { _tag: "NoAnswer", why: "getMe: not reachable (ENOTFOUND)" }
}

const machine = Effect.fnUntraced(function* (before?: string, env: Readonly<Record<string, string>> = {}) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "zalo-effect-setup-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true }))
  )
  const file = join(folder, "config.json5")
  if (before !== undefined) writeFileSync(file, before)
  const asked: Array<unknown> = []
  const operations: Partial<Operations["Service"]> = {
    tryToken: ({ token }) => Effect.succeed(answers[Redacted.value(token)] ?? { _tag: "Refused" }),
    webhook: ({ action, account, config }) =>
      Effect.sync(() => {
        asked.push({ action, account, config })
        return { _tag: "Set", account: account ?? "", url: "", verification: null, warning: null } as const
      })
  }
  const world: World = {
    operations,
    files: Layer.mergeAll(NodeFileSystem.layer, NodePath.layer, layerSecretFiles)
  }
  const setup = (args: ReadonlyArray<string>, more: Partial<World> = {}) =>
    call(["setup", "--config", file, ...args], { ...world, ...more }).pipe(
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: { HOME: folder, ...env } })))
    )
  return { file, folder, asked, setup, text: () => (existsSync(file) ? readFileSync(file, "utf8") : undefined) }
})

it.live("every answer as a flag: the file is made, and the next commands are told", () =>
  Effect.gen(function* () {
    const { file, setup, text } = yield* machine()
    const done = yield* setup([
      "--token",
      good,
      "--polling",
      "--dm-policy",
      "pairing",
      "--agent",
      "echo",
      "--language",
      "en"
    ])
    assert.strictEqual(done.exit, 0, done.err)
    assert.include(done.out, `Wrote ${file}`)
    assert.include(done.out, `zalo-effect serve --config ${file}`)
    assert.include(done.err, "Bot Thử")
    assert.notInclude(done.out + done.err, good)
    assert.include(text() ?? "", `botToken: "${good}"`)
  })
)

it.live("--json tells the account, the bot, what was changed and where the backup is, and no secret", () =>
  Effect.gen(function* () {
    const { file, setup } = yield* machine('{channels: {zalo: {botToken: "1:old" /* ask Lan */}}}')
    const done = yield* setup(["--token", good, "--json"])
    assert.deepInclude(value(done), {
      ok: true,
      account: "default",
      file,
      backup: `${file}.bak`,
      written: true,
      bot: { id: "4055584533866160964", name: "Bot Thử" },
      probe: "ok",
      transport: "polling",
      changes: [{ key: "channels.zalo.botToken", change: "set", value: "***" }]
    })
    assert.notInclude(done.out + done.err, good)
    assert.notInclude(done.out + done.err, "1:old")
  })
)

it.live("a token that Zalo refuses changes nothing", () =>
  Effect.gen(function* () {
    const { setup, text } = yield* machine()
    const done = yield* setup(["--token", "1:wrong", "--json"])
    assert.strictEqual(done.exit, 1)
    assert.deepNestedInclude(Object(value(done)), { "error.code": "token-refused" })
    assert.isUndefined(text())
  })
)

it.live("one that cannot be tried is kept only when that is said", () =>
  Effect.gen(function* () {
    const { setup, text } = yield* machine()
    const refused = yield* setup(["--token", "1:away"])
    assert.strictEqual(refused.exit, 1)
    assert.include(refused.err, "--no-probe")
    assert.isUndefined(text())
    assert.strictEqual((yield* setup(["--token", "1:away", "--yes"])).exit, 0)
    assert.include(text() ?? "", "1:away")
    assert.strictEqual((yield* setup(["--token", "1:wrong", "--no-probe"])).exit, 0)
    assert.include(text() ?? "", "1:wrong")
  })
)

it.live("without a terminal, what is missing is told with its flag", () =>
  Effect.gen(function* () {
    const { setup, text } = yield* machine()
    const cases: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
      [[], "--token TOKEN is missing"],
      [["--token", good, "--agent", "command"], "--agent-command COMMAND is missing"],
      [["--token", good, "--agent", "http"], "--agent-url URL is missing"],
      [["--token", good, "--agent", "openai", "--agent-url", "https://a.example"], "--agent-model MODEL is missing"],
      [["--token", good, "--webhook-secret", "secret-secret"], "--webhook-url URL is missing"],
      [["--token", good, "--token-env", "NAME"], "one source"],
      [["--token", good, "--polling", "--webhook-url", "https://a.example/x"], "exclude each other"],
      [["--token", good, "--webhook-url", "http://a.example/x"], "https://"],
      [["--token", good, "--webhook-url", "https://a.example/x", "--webhook-secret", "short"], "8 to 256"],
      [["--token", good, "--webhook-url", "https://a.example/x", "--webhook-path", "/v1/x"], "/v1"],
      [["--token-ref", "vault:a"], "SOURCE:PROVIDER:ID"],
      [["--token", good, "--dm-policy", "nobody"], "pairing, allowlist, open, disabled"],
      [["--token", good, "--allow-from", " , "], "--allow-from"]
    ]
    for (const [args, told] of cases) {
      const done = yield* setup(args)
      assert.strictEqual(done.exit, 2, args.join(" "))
      assert.strictEqual(done.out, "")
      assert.include(done.err, told.replace("SOURCE:PROVIDER:ID", "exec:PROVIDER:ID"))
    }
    assert.isUndefined(text())
  })
)

it.live("a dry run shows the change and makes none", () =>
  Effect.gen(function* () {
    const before = '// mine\n{\n  channels: {\n    zalo: {\n      botToken: "1:old", // old\n    },\n  },\n}\n'
    const { setup, text } = yield* machine(before)
    const done = yield* setup(["--token", good, "--dm-policy", "open", "--dry-run"])
    assert.strictEqual(done.exit, 0)
    assert.include(
      done.out,
      '-       botToken: "***", // old\n+       botToken: "*** (new)", // old\n+       dmPolicy: "open",'
    )
    assert.strictEqual(text(), before)
  })
)

it.live("a webhook gets a secret by chance, and Zalo is told once the file says so", () =>
  Effect.gen(function* () {
    const { asked, file, setup, text } = yield* machine()
    const done = yield* setup(["--account", "shop", "--token", good, "--webhook-url", "https://bot.example.com/zalo"])
    assert.strictEqual(done.exit, 0, done.err)
    assert.include(text() ?? "", 'webhookSecret: "made-by-chance-0123456789"')
    assert.notInclude(done.out, "made-by-chance")
    assert.deepStrictEqual(asked, [{ action: "set", account: "shop", config: { file } }])
    assert.include(done.out, "webhook test --account shop")
    // What is there stays, and nobody is asked again.
    yield* setup(["--account", "shop", "--language", "en"])
    assert.include(text() ?? "", "made-by-chance")
    assert.strictEqual(asked.length, 1)
  })
)

it.live("a token by variable or file is not copied, and one that is not here is said to be untried", () =>
  Effect.gen(function* () {
    const { folder, setup, text } = yield* machine(undefined, { SHOP: good })
    assert.include((yield* setup(["--token-env", "SHOP"])).err, "Bot Thử")
    assert.include(text() ?? "", 'botToken: "${SHOP}"')
    writeFileSync(join(folder, "token"), `${good}\n`)
    // Typed from another folder than the configuration's.
    const typed = relative(".", join(folder, "token"))
    assert.include((yield* setup(["--token-file", typed])).err, "Bot Thử")
    assert.include(text() ?? "", `tokenFile: "${join(folder, "token")}"`)
    assert.notInclude(text() ?? "", "botToken")
    const untried = yield* setup(["--token-env", "NOT_HERE", "--json"])
    assert.deepInclude(value(untried), { ok: true, probe: "skipped", bot: null })
    assert.include(untried.err, "configured, unavailable")
  })
)

it.live("a change that would make the file wrong is refused with its problems", () =>
  Effect.gen(function* () {
    const before = `{channels: {zalo: {accounts: {a: {botToken: "${good}"}}}}}`
    const { setup, text } = yield* machine(before)
    const done = yield* setup(["--account", "b", "--token", good, "--json"])
    assert.strictEqual(done.exit, 2)
    assert.deepNestedInclude(Object(value(done)), { "error.code": "config" })
    assert.include(done.err, "the same bot")
    assert.strictEqual(text(), before)
  })
)

it.live("at a terminal it asks in order, asks again after a refusal, and offers what is there", () =>
  Effect.gen(function* () {
    const { setup, text } = yield* machine(`{channels: {zalo: {botToken: "${good}", dmPolicy: "disabled"}}}`)
    const typed = [
      "", // the account
      "n", // keep the token?
      "type",
      "1:wrong",
      "1",
      "1:away",
      "n", // keep it all the same?
      "1",
      good,
      "y", // a webhook
      "http://a.example",
      "https://a.example/zalo",
      "short",
      "",
      "", // the path
      "", // the policy that is there
      "command",
      "python3 'my bot.py'",
      "en",
      "y"
    ]
    const done = yield* setup([], { typed })
    assert.strictEqual(done.exit, 0, done.err)
    assert.include(done.err, "Zalo refused the token (401)")
    assert.include(done.err, "could not be tried")
    assert.include(text() ?? "", 'dmPolicy: "disabled"')
    assert.include(text() ?? "", '"my bot.py"')
    assert.notInclude(done.out + done.err, good)
  })
)

it.live("whoever leaves in the middle, or says no at the end, changes nothing", () =>
  Effect.gen(function* () {
    const { setup, text } = yield* machine()
    const left = yield* setup(["--token", good], { typed: ["", "n"] })
    assert.strictEqual(left.exit, 1)
    assert.include(left.err, "nothing was changed")
    const declined = yield* setup(["--token", good], { typed: ["", "n", "", "echo", "vi", "n"] })
    assert.strictEqual(declined.exit, 1)
    assert.include(declined.err, "nothing was changed")
    assert.isUndefined(text())
  })
)

it.live("--yes asks nothing, also at a terminal", () =>
  Effect.gen(function* () {
    const { setup, text } = yield* machine()
    assert.strictEqual((yield* setup(["--token", good, "--yes"], { typed: [] })).exit, 0)
    assert.include(text() ?? "", good)
  })
)
