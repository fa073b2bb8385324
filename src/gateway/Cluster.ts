import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** One gateway of a cluster, as the others know it. */
export interface RunnerFacts {
  /** `HOST:PORT`, where the other runners reach it. */
  readonly address: string
  readonly healthy: boolean
}

/** What this process knows of the cluster that it is a runner of. */
export interface ClusterView {
  /** This one's address. */
  readonly self: string
  /** All of them, as last heard. */
  readonly runners: Effect.Effect<ReadonlyArray<RunnerFacts>>
  /** How many shards are this one's, of how many. */
  readonly shards: Effect.Effect<{ readonly own: number; readonly all: number }>
}

/** Undefined: this process has its store for itself. */
export const Cluster = Context.Reference<ClusterView | undefined>("zalo-effect/gateway/Cluster", {
  defaultValue: () => undefined
})

/** This process cannot become a runner. */
export class ClusterUnavailable extends Schema.TaggedError<ClusterUnavailable>()("ClusterUnavailable", {
  address: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `this process cannot be a runner at ${this.address}: ${this.detail}`
  }
}

/** Whether this runner is there; the others are believed where nobody counts runners. */
export const isHere = (runner: string): Effect.Effect<boolean> =>
  Effect.flatMap(Cluster, (cluster) =>
    cluster === undefined
      ? Effect.succeed(true)
      : Effect.map(cluster.runners, (all) => all.some(({ address, healthy }) => healthy && address === runner))
  )
