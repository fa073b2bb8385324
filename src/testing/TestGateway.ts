import * as Effect from "effect/Effect"
import { serve } from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import { Scheduler } from "effect/Scheduler"
import type { Pairing } from "../access/Pairing.ts"
import { AgentBridge } from "../agent/AgentBridge.ts"
import { AdminToken } from "../gateway/AdminToken.ts"
import { ConfigError } from "../gateway/config/problems.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { Gateway } from "../gateway/Gateway.ts"
import { layerPipeline, layerStore } from "../gateway/layers.ts"
import { Lanes } from "../pipeline/Lanes.ts"
import { layerPairing } from "../gateway/pairing.ts"
import { layerProactive } from "../gateway/proactive/layer.ts"
import { RunningAccounts } from "../gateway/RunningAccounts.ts"
import * as admin from "../http/admin.ts"
import * as health from "../http/health.ts"
import * as metrics from "../http/metrics.ts"
import { AccountState } from "../journal/AccountState.ts"
import type { Chats } from "../journal/chats/Chats.ts"
import { DriftSamples } from "../journal/DriftSamples.ts"
import type { Inbox } from "../journal/Inbox.ts"
import type { Journal } from "../journal/Journal.ts"
import { SendCounts } from "../journal/SendCounts.ts"
import type { Broadcasts } from "../journal/proactive/Broadcasts.ts"
import type { Schedules } from "../journal/proactive/Schedules.ts"
import type { Outbox } from "../journal/Outbox.ts"
import { Media } from "../media/Media.ts"
import type { Handoffs } from "../pipeline/Handoffs.ts"
import { FakeZalo } from "../sandbox/FakeZalo.ts"
import { layerInProcess } from "../sandbox/inProcess.ts"
import { Network } from "../sandbox/Network.ts"
import type { EmulatedZalo } from "../sandbox/Zalo.ts"
import * as Webhook from "../updates/Webhook.ts"
import { WebhookTargets } from "../updates/WebhookTargets.ts"
import type { TestGatewayOptions } from "./options.ts"
import { layerSettlingPairing, layerSettlingZalo, Settled } from "./Settled.ts"
import { makeStillness } from "./stillness.ts"
import {
  adminToken,
  gatewayOrigin,
  layerConfig,
  layerHttpClients,
  layerInstance,
  layerJournal,
  layerLeases,
  layerPlatform,
  TestOptions,
  token
} from "./world.ts"

export type { ConfigDuration, TestGatewayOptions } from "./options.ts"
export { adminToken, gatewayOrigin } from "./world.ts"

/** What a gateway under test gives. */
export type TestGatewayServices =
  | FakeZalo
  | EmulatedZalo
  | Network
  | Gateway
  | Pairing
  | Inbox
  | Outbox
  | Chats
  | Handoffs
  | Broadcasts
  | Schedules
  | Journal
  | ZaloConfig
  | Settled
  | TestOptions

/**
 * Waits until the gateway and its Zalo have nothing left to do before the clock moves. `says`, `sends`, `hears`, `receives`
 * and `Pairing.approve` have done so when they return.
 *
 * **Gotchas** An agent that waits for a file, a socket or a timer of its own is not waited for.
 */
export const settled: Effect.Effect<void, never, Settled> = Effect.flatten(Settled)

/**
 * Gives the running gateway other settings, as an edit of its configuration file would: what is named here replaces what was
 * said before, the rest stays. Ends when they are in force and all is still.
 *
 * **Gotchas** `agent` and `zalo` stay as they were. A poll that is open ends before another transport begins: adjust the clock by
 * half a minute. A wrong option fails the test as a defect that names the key.
 */
export const reconfigure = Effect.fn("TestGateway.reconfigure")(function* (
  change: Omit<TestGatewayOptions, "agent" | "zalo">
): Effect.fn.Return<void, never, TestOptions | ZaloConfig | Settled> {
  yield* Ref.update(yield* TestOptions, (options) => ({ ...options, ...change }))
  const { problems } = yield* ZaloConfig.use(({ reload }) => reload)
  if (problems.length > 0) return yield* Effect.die(new ConfigError({ problems }))
  yield* settled
})

const begin = Effect.gen(function* () {
  const gateway = yield* Gateway
  yield* gateway.start
  yield* settled
})

/** The routes of `serve`, on the test's own network. */
const layerServed = serve(Layer.mergeAll(health.layer, metrics.layer, admin.layer, Webhook.layer()), {
  disableListenLog: true,
  disableLogger: true
}).pipe(
  Layer.provide([
    Network.layerServer(gatewayOrigin),
    Webhook.untraced,
    AdminToken.layer(Redacted.make(adminToken)),
    Layer.mergeAll(SendCounts.layerSql, DriftSamples.layerSql)
  ])
)

const layerGateway = Layer.merge(Gateway.layerNoDeps, layerProactive).pipe(
  Layer.provideMerge(layerPipeline),
  Layer.provide(Lanes.layerLocal),
  Layer.provideMerge(
    Layer.mergeAll(layerStore, AccountState.layerSql, SendCounts.layerSql, WebhookTargets.layer, layerInstance)
  ),
  Layer.provideMerge(layerJournal),
  Layer.provide(RunningAccounts.layer),
  Layer.provide(layerLeases),
  Layer.provide(layerHttpClients),
  // Files are not fetched or hosted here: an agent is told their addresses.
  Layer.provideMerge(Media.layerNone)
)

const agentOf = (options: TestGatewayOptions): Layer.Layer<AgentBridge> =>
  options.agent ??
  Layer.unwrap(
    Effect.map(
      Effect.serviceOption(AgentBridge),
      Option.match({
        onNone: () => AgentBridge.layerEcho,
        onSome: (provided) => Layer.succeed(AgentBridge, provided)
      })
    )
  )

/**
 * An emulated Zalo and a real gateway for its one bot, started: journal in memory, no sockets, no files, and nothing of the
 * environment. `TestClock` governs all of it, as in `it.effect`. Whoever answers is `options.agent`, else the `AgentBridge`
 * that is provided (`Layer.provide(agent)`), else echo.
 *
 * **Gotchas** Nothing that sleeps happens unless the test adjusts the clock: a retry, the end of a slow turn, a pairing
 * code's end. So adjust first and listen (`hears`) afterwards, or fork the listening; messages and replies themselves need
 * no clock. What became due is looked for every virtual second, so adjust a second beyond it. A wrong option fails the test
 * as a defect that names the key.
 */
export const layer = (options: TestGatewayOptions = {}): Layer.Layer<TestGatewayServices> =>
  Layer.unwrap(
    Effect.map(makeStillness, ({ scheduler, settled }) =>
      Layer.effectDiscard(begin).pipe(
        Layer.provideMerge(layerServed),
        Layer.provideMerge(layerSettlingPairing),
        Layer.provideMerge(layerPairing),
        Layer.provideMerge(layerGateway),
        Layer.provideMerge(FakeZalo.layer),
        Layer.provideMerge(layerSettlingZalo),
        Layer.provideMerge(layerInProcess({ ...options.zalo, bots: [{ token, displayName: "Bot Thử" }] })),
        Layer.provideMerge(layerConfig),
        Layer.provideMerge(Layer.effect(TestOptions, Ref.make(options))),
        Layer.provide([layerPlatform, agentOf(options)]),
        Layer.provide(Layer.succeed(Scheduler, scheduler)),
        Layer.provideMerge(Layer.succeed(Settled, settled)),
        Layer.orDie
      )
    )
  )
