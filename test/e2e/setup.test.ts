import { existsSync, readFileSync, statSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { cli, cliJson, configureBot, makePlace, origin, serve, startZalo, token, until } from "./harness.ts"
import { atTerminal, ctrlC, enter, noTerminal } from "./terminal.ts"

/** Skips itself where no terminal can be had, and says why. */
const itAtTerminal = (name: string, test: Parameters<typeof it.live>[1]) =>
  noTerminal === undefined ? it.live(name, test) : it.live.skip(`${name} (${noTerminal})`, test)

itAtTerminal("setup at a terminal: a refused token is asked for again, and what is written serves", () =>
  Effect.gen(function* () {
    const { url } = yield* startZalo()
    const place = yield* makePlace(url)
    const { code, screen } = yield* atTerminal(
      ["setup"],
      [
        ["Zalo account", enter],
        ["Choose [1]", enter],
        ["Bot token", `4055584533866160964:wrong${enter}`],
        ["refused the token", ""],
        ["Choose [1]", `type${enter}`],
        ["Bot token", `${token}${enter}`],
        ["The token works: Bot Thử", ""],
        ["Use a webhook?", enter],
        ["Choose [1]", `open${enter}`],
        ["Choose [1]", enter],
        ["Choose [1]", `en${enter}`],
        ["This will be changed", ""],
        ["Write ", `y${enter}`],
        ["Next:", ""]
      ],
      { cwd: place.folder, env: place.env }
    )
    assert.strictEqual(code, 0, screen)
    assert.notInclude(screen, "e2e-secret-part")
    assert.strictEqual(statSync(place.config).mode & 0o777, 0o600)
    const running = yield* serve(place, { args: ["--port", String(place.port)] })
    yield* until(
      "the account's line",
      Effect.sync(() => running.printed().includes("ready as Bot Thử (polling)"))
    )
  })
)

itAtTerminal("Ctrl-C in the middle of setup changes nothing, also while a token is typed", () =>
  Effect.gen(function* () {
    const { url } = yield* startZalo()
    const place = yield* makePlace(url)
    const { code, screen } = yield* atTerminal(
      ["setup"],
      [
        ["Zalo account", enter],
        ["Choose [1]", enter],
        ["Bot token", `half of a tok${ctrlC}`]
      ],
      { cwd: place.folder, env: place.env }
    )
    assert.strictEqual(code, 1, screen)
    assert.notInclude(screen, "half of")
    assert.isFalse(existsSync(place.config))
  })
)

it.live("without a terminal, setup takes its flags, and the gateway serves what they say", () =>
  Effect.gen(function* () {
    const { url } = yield* startZalo()
    const place = yield* makePlace(url)
    const asked = yield* cli(place, ["setup"])
    assert.deepStrictEqual([asked.code, asked.out], [2, ""])
    assert.include(asked.err, "--token")
    const refused = yield* cliJson(place, ["setup", "--token", "1:x"])
    assert.deepStrictEqual([refused.code, refused.json.error.code], [1, "token-refused"])
    const done = yield* cli(place, ["setup", "--token", "-", "--dm-policy", "pairing", "--agent", "echo"], `${token}\n`)
    assert.strictEqual(done.code, 0, done.err)
    const running = yield* serve(place, { args: ["--port", String(place.port)] })
    yield* until(
      "the account's line",
      Effect.sync(() => running.printed().includes("ready as Bot Thử"))
    )
  })
)

it.live("a secret by program: setup, check and serve ask it, and a status without it says that it is unavailable", () =>
  Effect.gen(function* () {
    const { url } = yield* startZalo()
    const place = yield* makePlace(url)
    const answer = JSON.stringify({ protocolVersion: 1, values: { "zalo/token": token } })
    const secrets = {
      providers: { vault: { source: "exec", command: process.execPath, args: ["-e", `console.log('${answer}')`] } }
    }
    place.configure({ botToken: { source: "exec", provider: "vault", id: "zalo/token" } }, { secrets })
    assert.strictEqual((yield* cli(place, ["config", "check"])).code, 0)
    const status = yield* cliJson(place, ["channels", "status", "--probe"])
    assert.strictEqual(status.json.accounts[0].probe.ok, true)
    yield* serve(place)
    const broken = { providers: { vault: { ...secrets.providers.vault, args: ["-e", "process.exit(3)"] } } }
    place.configure({ botToken: { source: "exec", provider: "vault", id: "zalo/token" } }, { secrets: broken })
    const checked = yield* cliJson(place, ["config", "check"])
    assert.strictEqual(checked.code, 2)
    assert.include(checked.json.problems[0].message, "configured, unavailable")
    assert.include(checked.json.problems[0].message, "exit code 3")
    const without = yield* cliJson(place, ["channels", "status"])
    assert.strictEqual(without.code, 0)
    assert.include(without.json.accounts[0].reason, "configured, unavailable")
  })
)

it.live("webhook show, test, delete and set work beside a running gateway", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, "webhook")
    yield* serve(place)
    const shown = yield* cliJson(place, ["webhook", "show"])
    assert.deepInclude(shown.json, {
      ok: true,
      account: "default",
      configured: { url: `${origin}/zalo`, path: "/zalo" },
      agrees: true,
      advice: null
    })
    assert.deepInclude(shown.json.verification, { by: "gateway", ok: true, outcome: "webhook.ok" })
    const tested = yield* cliJson(place, ["webhook", "test"])
    assert.deepStrictEqual([tested.code, tested.json.verification.ok], [0, true])

    assert.strictEqual((yield* cli(place, ["webhook", "delete"])).code, 2)
    const deleted = yield* cliJson(place, ["webhook", "delete", "--yes"])
    assert.deepStrictEqual(deleted.json, { ok: true, account: "default", existed: true, comesBack: true })
    const gone = yield* cliJson(place, ["webhook", "show"])
    assert.deepStrictEqual([gone.json.registered, gone.json.agrees], [null, false])
    assert.include(gone.json.advice, "webhook set")
    const nothing = yield* cliJson(place, ["webhook", "test"])
    assert.deepStrictEqual([nothing.code, nothing.json.ok], [1, false])

    const set = yield* cliJson(place, ["webhook", "set"])
    assert.deepStrictEqual([set.code, set.json.url, set.json.warning], [0, `${origin}/zalo`, null])
    assert.isTrue((yield* cliJson(place, ["webhook", "show"])).json.agrees)
  })
)

it.live("webhook set --url writes the configuration, keeps what stands there, and says what Zalo could not reach", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, "webhook")
    const set = yield* cliJson(place, ["webhook", "set", "--url", "https://elsewhere.example.test/hook"])
    assert.deepStrictEqual([set.code, set.json.file, set.json.backup], [0, place.config, `${place.config}.bak`])
    assert.include(set.json.warning, "test call failed")
    const text = readFileSync(place.config, "utf8")
    assert.include(text, "// Written by a test.")
    assert.include(text, "https://elsewhere.example.test/hook")
    const tested = yield* cliJson(place, ["webhook", "test"])
    assert.strictEqual(tested.json.error.code, "webhook-test-failed")
    assert.strictEqual(tested.json.verification.outcome, "webhook.err.unreachable")
    assert.strictEqual((yield* cli(place, ["webhook", "set", "--url", "http://a.example"])).code, 2)

    yield* zalo.fault({ kind: "error", method: "testWebhook", code: 426, description: "Too many", times: 1 })
    const limited = yield* cliJson(place, ["webhook", "test"])
    assert.deepStrictEqual([limited.code, limited.json.error.code], [1, "test-limit"])
    assert.include(limited.json.error.message, "tomorrow")

    // What Zalo refuses is told, and the file stays as it was asked for.
    yield* zalo.fault({ kind: "error", method: "setWebhook", code: 400, description: "Bad url", times: 1 })
    const refused = yield* cliJson(place, ["setup", "--webhook-url", "https://third.example.test/hook"])
    assert.deepInclude(refused.json, { ok: true, written: true, transport: "webhook" })
    assert.strictEqual(refused.json.webhook.registered, false)
    assert.include(refused.json.webhook.problem, "Bad url")
    const polling = yield* cliJson(place, ["setup", "--polling"])
    assert.deepStrictEqual([polling.code, polling.json.transport], [0, "polling"])
    assert.strictEqual((yield* cliJson(place, ["webhook", "set"])).json.error.code, "no-webhook")
  })
)
