import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import type * as Digest from "effect/crypto/Digest"
import type * as FileSystem from "effect/FileSystem"
import { type HttpRouter, serve } from "effect/http/HttpRouter"
import type { HttpServer } from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import { PendingReplies } from "../agent/PendingReplies.ts"
import { AdminToken } from "../gateway/AdminToken.ts"
import type { ClusterUnavailable } from "../gateway/Cluster.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { Gateway } from "../gateway/Gateway.ts"
import { layerPipeline, layerStore, migrations } from "../gateway/layers.ts"
import type { Leases, LeaseUnavailable } from "../gateway/Leases.ts"
import { layerMedia, layerMediaRoutes, layerMediaSweep } from "../gateway/media.ts"
import { layerPairing } from "../gateway/pairing.ts"
import { layerProactive } from "../gateway/proactive/layer.ts"
import { layerQuotaWatch } from "../gateway/quota.ts"
import { layerRetention } from "../gateway/retention.ts"
import { layerRunnerReport } from "../gateway/writeRunner.ts"
import { RunningAccounts } from "../gateway/RunningAccounts.ts"
import { layerConfigStanding } from "../gateway/writeConfigStanding.ts"
import * as admin from "../http/admin.ts"
import type { ApiServices } from "../http/api/routes.ts"
import * as health from "../http/health.ts"
import { ProcessFamilies } from "../http/gauges.ts"
import * as metrics from "../http/metrics.ts"
import * as turns from "../http/turns.ts"
import { AccountState } from "../journal/AccountState.ts"
import { DriftSamples } from "../journal/DriftSamples.ts"
import type { Inbox } from "../journal/Inbox.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { SendCounts } from "../journal/SendCounts.ts"
import type { HostedMedia } from "../media/HostedMedia.ts"
import type { Pipeline } from "../pipeline/Pipeline.ts"
import { Lanes } from "../pipeline/Lanes.ts"
import * as Webhook from "../updates/Webhook.ts"
import { WebhookTargets } from "../updates/WebhookTargets.ts"
import * as adminToken from "./admin-token.ts"
import * as gatewayFile from "./gateway-file.ts"
import * as mediaClient from "./media-client.ts"
import { layerHttpClients } from "./platform.ts"
import { makeProcessFamilies } from "./processFamilies.ts"
import { layerInstance, layerLeasesOf } from "./configuredLeases.ts"
import { databaseIn } from "./database.ts"
import { layerSqlite } from "./store.ts"

/** The journal where the configuration wants it, made and migrated if need be. */
export const layerJournal: Layer.Layer<Journal, JournalError, ZaloConfig> = Layer.unwrap(
  Effect.gen(function* () {
    const { dataDir, store } = yield* ZaloConfig
    if (store.postgres === undefined) return layerSqlite({ filename: databaseIn(dataDir), migrations, migrate: true })
    const { layerPostgres } = yield* Effect.promise(() => import("./postgres.ts"))
    return layerPostgres({ ...store.postgres, migrations })
  })
)

/** For whoever has a bot alone. */
export const layerLeases: Layer.Layer<Leases, LeaseUnavailable, ZaloConfig> = Layer.unwrap(
  Effect.map(ZaloConfig, (settings) => layerLeasesOf(settings))
)

/** For a gateway: runners of a cluster share their bots. */
const layerGatewayLeases: Layer.Layer<Leases, LeaseUnavailable, ZaloConfig> = Layer.unwrap(
  Effect.map(ZaloConfig, (settings) => layerLeasesOf(settings, settings.gateway.cluster !== undefined))
)

/** Lanes in this process, or over the cluster that it is a runner of; its singletons and what it knows of the others come along. */
const layerLanes: Layer.Layer<Lanes, ClusterUnavailable, ZaloConfig | Journal | PendingReplies> = Layer.unwrap(
  Effect.gen(function* () {
    const { gateway, store } = yield* ZaloConfig
    if (gateway.cluster === undefined || store.postgres === undefined) return Lanes.layerLocal
    const { layerRunner } = yield* Effect.promise(() => import("./cluster.ts"))
    return layerRunner(gateway.cluster, store.postgres)
  })
)
export const layerAdminToken: Layer.Layer<AdminToken, never, ZaloConfig> = Layer.unwrap(
  Effect.map(ZaloConfig, ({ dataDir, gateway }) =>
    gateway.token === undefined ? adminToken.layer(dataDir) : AdminToken.layer(gateway.token)
  )
)

/** Pictures and voices, with this machine's resolver and sockets. */
export const layerNodeMedia = layerMedia.pipe(Layer.provide(mediaClient.layer))

/** Everything but the HTTP server. The leases come first: a second process must not even open the journal. */
export const layerGateway = Layer.mergeAll(
  layerRunnerReport.pipe(Layer.provideMerge(Gateway.layerNoDeps)),
  layerProactive,
  layerMediaSweep,
  layerQuotaWatch,
  layerRetention,
  layerConfigStanding
).pipe(
  Layer.provideMerge(layerPipeline),
  Layer.provideMerge(
    Layer.mergeAll(
      layerStore,
      AccountState.layerSql,
      SendCounts.layerSql,
      DriftSamples.layerSql,
      WebhookTargets.layer,
      layerInstance
    )
  ),
  Layer.provideMerge(layerNodeMedia),
  Layer.provideMerge(layerLanes),
  Layer.provideMerge(layerJournal),
  Layer.provideMerge(RunningAccounts.layer),
  Layer.provideMerge(Layer.mergeAll(layerGatewayLeases, layerHttpClients, layerAdminToken, PendingReplies.layerShared))
)

const layerProcessFamilies: Layer.Layer<never> = Layer.sync(ProcessFamilies, makeProcessFamilies)

/** What is served on the gateway's own port. */
export const layerRoutes: Layer.Layer<
  never,
  never,
  | HttpRouter
  | Gateway
  | Pipeline
  | WebhookTargets
  | Inbox
  | Digest.Digest
  | ZaloConfig
  | AdminToken
  | PendingReplies
  | HostedMedia
  | FileSystem.FileSystem
  | Layer.Services<typeof metrics.layer>
  | Layer.Services<typeof layerPairing>
  | ApiServices
> = Layer.unwrap(
  Effect.map(ZaloConfig, ({ gateway }) =>
    Layer.mergeAll(
      health.layer,
      metrics.layer.pipe(Layer.provide(layerProcessFamilies)),
      turns.layer,
      Layer.provide(admin.layer, layerPairing),
      layerMediaRoutes,
      Webhook.layer({
        trustedProxies: gateway.trustedProxies,
        maxBody: gateway.webhookBody.maxBytes,
        bodyTimeout: gateway.webhookBody.timeout
      })
    )
  )
)

/** Listens where the configuration says. */
export const layerServer: Layer.Layer<HttpServer, ServeError, ZaloConfig> = Layer.unwrap(
  Effect.map(ZaloConfig, ({ gateway }) =>
    NodeHttpServer.layerServer(createServer, {
      host: gateway.host,
      port: gateway.port,
      gracefulShutdownTimeout: gateway.stopLimit
    })
  )
)

/** The gateway behind its HTTP server, begun once the routes answer. */
export const layerServed = Layer.merge(
  serve(layerRoutes, { disableListenLog: true, disableLogger: true }),
  gatewayFile.layer
).pipe(Layer.provideMerge(layerServer), Layer.provide(Webhook.untraced))
