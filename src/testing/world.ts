import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Ref from "effect/Ref"
import { PendingReplies } from "../agent/PendingReplies.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { checkValue } from "../gateway/config/load.ts"
import { notingSecrets } from "../gateway/config/noting.ts"
import { SecretFiles } from "../gateway/config/SecretFiles.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { ProactiveEvery } from "../gateway/proactive/layer.ts"
import { HttpClients } from "../gateway/HttpClients.ts"
import { migrations } from "../gateway/layers.ts"
import { Leases } from "../gateway/Leases.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { layerSqlite } from "../node/store.ts"
import { Instance } from "../pipeline/Instance.ts"
import { SweepEvery } from "../pipeline/Pipeline.ts"
import type { TestGatewayOptions } from "./options.ts"

/** Where the gateway under test is served. Zalo takes only public https addresses. */
export const gatewayOrigin = "https://bot.example.test"

/** Opens the gateway's admin API, at `gatewayOrigin` and `/v1`. */
export const adminToken = "an-admin-token-of-the-test-kit"

export const token = "4055584533866160964:test-kit"

const transports = {
  polling: {},
  webhook: { webhookUrl: `${gatewayOrigin}/zalo`, webhookSecret: "a-secret-of-the-test-kit" }
}

/** What the gateway under test is configured with now. */
export class TestOptions extends Context.Service<TestOptions, Ref.Ref<TestGatewayOptions>>()(
  "zalo-effect/testing/TestOptions"
) {}

const valueOf = (options: TestGatewayOptions) => {
  const { agent: _agent, transport = "polling", zalo: _zalo, ...account } = options
  const everyone = account.dmPolicy === "open" ? { allowFrom: ["*"] } : {}
  return {
    channels: { zalo: { botToken: token, ...transports[transport], ...everyone, ...account } },
    // At the end of a test the clock stands still: nothing can be waited for.
    gateway: { stopLimit: 0 }
  }
}

/** The account as its options say, whatever the environment of the test run holds. */
export const layerConfig: Layer.Layer<ZaloConfig, ConfigError, TestOptions> = Layer.unwrap(
  Effect.map(TestOptions, (options) =>
    ZaloConfig.layerChecked(
      Effect.flatMap(Ref.get(options), (now) =>
        notingSecrets(checkValue(valueOf(now), { dataDir: "/nowhere", embeddedAgent: true }))
      )
    )
  )
).pipe(
  Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} }))),
  Layer.provide(Layer.merge(Path.layer, SecretFiles.layerNone))
)

export const layerJournal: Layer.Layer<Journal, JournalError> = layerSqlite({
  filename: ":memory:",
  migrations,
  migrate: true
})

/** Nobody else is there. */
export const layerLeases: Layer.Layer<Leases> = Layer.succeed(Leases, {
  take: () => Effect.void,
  holder: () => Effect.succeed(Option.none())
})

/** The network has no proxies. */
export const layerHttpClients: Layer.Layer<HttpClients, never, HttpClient> = Layer.effect(
  HttpClients,
  Effect.map(HttpClient, (client) => ({ through: () => Effect.succeed(client) }))
)

export const layerInstance: Layer.Layer<Instance> = Layer.succeed(Instance, "test-kit")

/** Real chance (codes are drawn as ever), real hashes, and neither child processes nor files. A virtual hour is a real half second. */
export const layerPlatform = Layer.mergeAll(
  NodeCrypto.layerDigest,
  NodeCrypto.layerSecureRandom,
  Layer.mock(ChildProcessSpawner, {}),
  FileSystem.layerNoop({}),
  PendingReplies.layer,
  Layer.succeed(SweepEvery, Duration.seconds(1)),
  Layer.succeed(ProactiveEvery, Duration.seconds(5))
)
