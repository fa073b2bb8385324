import { layerClientProtocol, layerSocketServer } from "@effect/platform-node/NodeClusterSocket"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import { RunnerStorage } from "effect/cluster/RunnerStorage"
import { make as makeShardId } from "effect/cluster/ShardId"
import { Sharding } from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as SocketRunner from "effect/cluster/SocketRunner"
import * as SqlRunnerStorage from "effect/cluster/SqlRunnerStorage"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import { SqlClient } from "effect/sql/SqlClient"
import type { PendingReplies } from "../agent/PendingReplies.ts"
import { Cluster, ClusterUnavailable, type RunnerFacts } from "../gateway/Cluster.ts"
import type { ClusterSettings } from "../gateway/config/cluster.ts"
import type { PostgresSettings } from "../gateway/config/store.ts"
import type { Journal } from "../journal/Journal.ts"
import * as clusterLanes from "../pipeline/clusterLanes.ts"
import * as clusterReplies from "../pipeline/clusterReplies.ts"
import * as clusterSingletons from "../pipeline/clusterSingletons.ts"
import { Lanes } from "../pipeline/Lanes.ts"
import { RecoverEvery } from "../pipeline/Pipeline.ts"
import { clientOf } from "./postgres.ts"

const groups = ["default", clusterSingletons.singletonShards]

/** Every runner of a cluster must count alike. */
const shardsPerGroup = 128

/** A runner that is killed is missed after some three seconds; the engine's own settings take half a minute. */
const paces = {
  shardLockRefreshInterval: "1 second",
  shardLockExpiration: "4 seconds",
  refreshAssignmentsInterval: "1 second",
  runnerHealthCheckInterval: "1 second",
  sendRetryInterval: "50 millis",
  // A lane that moves may finish the step that it is at.
  entityTerminationTimeout: "10 seconds"
} as const

const nameOf = ({ host, port }: { readonly host: string; readonly port: number }): string => `${host}:${port}`

const layerConfig = ({ host, listen, port }: ClusterSettings) =>
  ShardingConfig.layer({
    runnerAddress: Option.some(RunnerAddress.make(host, port)),
    runnerListenAddress: Option.some(RunnerAddress.make(listen, port)),
    availableShardGroups: groups,
    assignedShardGroups: groups,
    shardsPerGroup,
    maxResidentEntities: "unbounded",
    simulateRemoteSerialization: false,
    ...paces
  })

/** The runners and who has which shard, beside the journal's tables. */
const layerRunnerStorage = (postgres: PostgresSettings) =>
  SqlRunnerStorage.layerWith({
    // The locks know no schema: installations that share a database are told apart by the name.
    prefix: [
      "zalo_cluster",
      ...(postgres.schema === undefined || postgres.schema === "public" ? [] : [postgres.schema])
    ].join("_")
  }).pipe(Layer.provide(Layer.effect(SqlClient, clientOf(postgres, { maxConnections: 4 }))))

const lookEvery = "1 second"

const layerView = (self: string): Layer.Layer<never, never, Sharding | RunnerStorage> =>
  Layer.effect(
    Cluster,
    Effect.gen(function* () {
      const storage = yield* RunnerStorage
      const sharding = yield* Sharding
      let known: ReadonlyArray<RunnerFacts> = [{ address: self, healthy: true }]
      yield* storage.getRunners.pipe(
        Effect.map((all) => {
          const others = all.flatMap(([{ address }, healthy]) =>
            nameOf(address) === self ? [] : [{ address: nameOf(address), healthy }]
          )
          known = [{ address: self, healthy: true }, ...others]
        }),
        // The journal tells of a database that does not answer.
        Effect.ignore,
        Effect.andThen(Effect.sleep(lookEvery)),
        Effect.forever,
        Effect.withTracerEnabled(false),
        Effect.forkScoped
      )
      const shards = groups.flatMap((group) =>
        Array.from({ length: shardsPerGroup }, (_, n) => makeShardId(group, n + 1))
      )
      return {
        self,
        runners: Effect.sync(() => known),
        shards: Effect.sync(() => ({ own: shards.filter(sharding.hasShardId).length, all: shards.length }))
      }
    })
  )

/** This process as a runner: its lanes and singletons are the cluster's, and die with the runner. */
export const layerRunner = (
  cluster: ClusterSettings,
  postgres: PostgresSettings
): Layer.Layer<Lanes, ClusterUnavailable, PendingReplies | Journal> => {
  const self = nameOf(cluster)
  return Layer.mergeAll(
    clusterLanes.layerCluster,
    clusterSingletons.layerCluster,
    clusterReplies.layerCluster,
    layerView(self),
    Layer.succeed(RecoverEvery, 4)
  ).pipe(
    Layer.provide(SocketRunner.layer),
    Layer.provide([layerSocketServer, layerClientProtocol]),
    Layer.provide(RunnerHealth.layerPing.pipe(Layer.provide(Runners.layerRpc), Layer.provide(layerClientProtocol))),
    Layer.provide(MessageStorage.layerNoop),
    Layer.provide(layerRunnerStorage(postgres)),
    Layer.provide(layerConfig(cluster)),
    Layer.provide(RpcSerialization.layerSchemaBinary()),
    Layer.catch((error) =>
      Layer.effect(Lanes, Effect.fail(new ClusterUnavailable({ address: self, detail: error.message })))
    )
  )
}
