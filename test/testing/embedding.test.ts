import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import { AgentBridge, Pairing, ZaloConfig } from "zalo-effect"
import { NodeGateway, serveEmulator } from "zalo-effect/node"
import { pairingCode } from "zalo-effect/testing"

const token = "4055584533866160964:embedded"
const agent = AgentBridge.layerFunction((turn) => Effect.succeed(`Chào ${turn.sender.displayName}!`))

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "zalo-effect-embedding-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const environment = (env: Readonly<Record<string, string>>) => ConfigProvider.layer(ConfigProvider.fromEnv({ env }))

const bot = (rest: object = {}) => ({ channels: { zalo: { botToken: token } }, gateway: { stopLimit: 0 }, ...rest })

it.live("a program approves with its own Pairing, and the person is told and answered", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* serveEmulator({ bots: [{ token }] })
    const dataDir = yield* folder
    const gateway = yield* Layer.build(
      NodeGateway.layer(bot(), { port: 0, dataDir }).pipe(Layer.provide([agent, environment({ ZALO_API_URL: url })]))
    )
    const lan = yield* zalo.addUser("Lan")
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "chào" } })
    const challenge = (yield* zalo.awaitSent(lan.id, 0)).text
    const code = pairingCode(challenge)
    assert.include(challenge, `ZALO_EFFECT_DATA_DIR=${dataDir} npx zalo-effect pairing approve ${code}`)
    yield* Context.get(gateway, Pairing).approve(code)
    assert.include((yield* zalo.awaitSent(lan.id, 1)).text, "Bạn đã được duyệt")
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "chào" } })
    assert.strictEqual((yield* zalo.awaitSent(lan.id, 2)).text, "Chào Lan!")
    const address = HttpServer.formatAddress(Context.get(gateway, HttpServer.HttpServer).address)
    const health = yield* Effect.promise(() => fetch(`${address}/healthz`))
    assert.strictEqual(health.status, 200)
  }).pipe(Effect.timeout("10 seconds"))
)

it.live("a provided agent and a configured one are an error that names the key and what to do", () =>
  Effect.gen(function* () {
    const dataDir = yield* folder
    const build = (value: Readonly<Record<string, unknown>>) =>
      Effect.flip(
        Layer.build(NodeGateway.layer(value, { port: 0, dataDir }).pipe(Layer.provide([agent, environment({})])))
      )
    const echo = { type: "echo" }
    const top = yield* build(bot({ agent: echo }))
    assert.include(top.message, "agent: is set, but the program brings its own agent. Take it out")
    const perAccount = yield* build({
      channels: { zalo: { agent: echo, accounts: { shop: { botToken: token, agent: echo } } } }
    })
    assert.deepStrictEqual(
      perAccount._tag === "ConfigError" ? perAccount.problems.map(({ key }) => key).toSorted() : perAccount,
      ["channels.zalo.accounts.shop.agent", "channels.zalo.agent"]
    )
  })
)

it.live("without a provided agent the configured one answers", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* serveEmulator({ bots: [{ token }] })
    const dataDir = yield* folder
    const open = { botToken: token, dmPolicy: "open", allowFrom: ["*"] }
    const gateway = yield* Layer.build(
      NodeGateway.layer(bot({ channels: { zalo: open }, agent: { type: "echo" } }), { port: 0, dataDir }).pipe(
        Layer.provide(environment({ ZALO_API_URL: url }))
      )
    )
    assert.isTrue(Context.get(gateway, ZaloConfig).agentConfigured)
    const lan = yield* zalo.addUser("Lan")
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "chào" } })
    assert.strictEqual((yield* zalo.awaitSent(lan.id, 0)).text, "chào")
  }).pipe(Effect.timeout("10 seconds"))
)
