import * as Context from "effect/Context"
import { CurrentAddress, make as makeEntity } from "effect/cluster/Entity"
import * as EntityId from "effect/cluster/EntityId"
import { Sharding } from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Rpc from "effect/rpc/Rpc"
import { AccountId, ChatId, type LaneKey } from "../domain/ids.ts"
import { laneId, makeLaneEngine } from "./laneEngine.ts"
import { type LaneOptions, Lanes } from "./Lanes.ts"

const keyOf = (id: string): LaneKey => {
  const slash = id.indexOf("/")
  return { account: AccountId.make(id.slice(0, slash)), chat: ChatId.make(id.slice(slash + 1)) }
}

/** A wake that takes longer is given up: the sweep finds its lane. */
const patience = "2 seconds"
/** How often each runner looks for work in its own lanes that it was not woken for. */
const sweepEvery = "1 second"

const open = Effect.fnUntraced(function* (options: LaneOptions) {
  const sharding = yield* Sharding
  const scope = yield* Effect.scope
  // Nothing is kept of a wake: the journal says what there is to do.
  const entity = makeEntity(options.name, [Rpc.make("Wake")])
  const client = yield* entity.client
  const group = (id: EntityId.EntityId) => entity.getShardGroup(id)
  const mine = (key: LaneKey): boolean => {
    const id = EntityId.make(laneId(key))
    return sharding.hasShardId(sharding.getShardId(id, group(id)))
  }
  const call = (key: LaneKey) =>
    client(laneId(key)).Wake(undefined, { discard: true }).pipe(Effect.timeoutOption(patience), Effect.ignore)

  const engine = yield* makeLaneEngine({ ...options, mine, begin: call })

  // The handler ends with its lane, so that the cluster takes a lane at work for busy, and waits for it before another runner has it.
  yield* Layer.build(
    entity.toLayer(
      Effect.map(CurrentAddress, ({ entityId }) => {
        const key = keyOf(entityId)
        return { Wake: () => engine.drain(key) }
      }),
      { concurrency: "unbounded", maxIdleTime: "10 seconds" }
    )
  ).pipe(Effect.provideService(Sharding, sharding))

  yield* Effect.sleep(sweepEvery).pipe(
    Effect.andThen(engine.search),
    Effect.forever,
    Effect.withTracerEnabled(false),
    Effect.forkScoped
  )

  return {
    ...engine,
    // Who wakes does not wait for another runner.
    wake: (key: LaneKey) =>
      Effect.suspend(() => (engine.nudge(key) ? Effect.void : Effect.asVoid(Effect.forkIn(call(key), scope))))
  }
})

/**
 * Lanes over a cluster: each is an entity (`account/chat`), worked by the runner that has its shard and woken from any. A lane
 * moves with its shard; what it was doing is finished first, or cut short and done again as after a crash.
 */
export const layerCluster: Layer.Layer<Lanes, never, Sharding> = Layer.effect(
  Lanes,
  Effect.map(Effect.context<Sharding>(), (context) =>
    Lanes.of({ open: (options) => Effect.provideContext(open(options), Context.pick(Sharding)(context)) })
  )
)
