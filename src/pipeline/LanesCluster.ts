import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ClusterSchema from "effect/cluster/ClusterSchema"
import * as Entity from "effect/cluster/Entity"
import { Sharding } from "effect/cluster/Sharding"
import * as Rpc from "effect/rpc/Rpc"
import * as Schema from "effect/Schema"
import { AccountId, ChatId, type LaneKey } from "../domain/ids.ts"
import { type LaneOptions, Lanes, type LaneSet } from "./Lanes.ts"

/** A lane whose work is done is forgotten after this long. */
const idle = Duration.seconds(5)

/** How many lanes one search wakes at a time. */
const searchPage = 256

/** Account ids hold no slash (`domain/ids.ts`), chats may. */
const idOf = ({ account, chat }: LaneKey): string => `${account}/${chat}`

const decodeAccount = Schema.decodeUnknownSync(AccountId)

const keyOf = (id: string): LaneKey => {
  const slash = id.indexOf("/")
  return { account: decodeAccount(id.slice(0, slash)), chat: ChatId.make(id.slice(slash + 1)) }
}

/** Says that there may be work. It is worth nothing afterwards, so it is kept nowhere: a sweep finds what was lost. */
const Wake = Rpc.make("Wake").annotate(ClusterSchema.Persisted, false)

interface Lane {
  working: boolean
  again: boolean
  readonly watchers: Set<() => void>
}

const wokenOf = (lane: Lane): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const watcher = () => resume(Effect.void)
    lane.watchers.add(watcher)
    return Effect.sync(() => lane.watchers.delete(watcher))
  })

/** The lanes of one kind: an entity per chat, which the cluster gives to one of its runners. */
const open = Effect.fnUntraced(function* (options: LaneOptions) {
  const LaneEntity = Entity.make(`lane-${options.name}`, [Wake])
  let working = 0
  let stopping = false
  let empty = Deferred.makeUnsafe<void>()

  const drain = (key: LaneKey, lane: Lane) =>
    Effect.gen(function* () {
      lane.working = true
      working++
      do {
        lane.again = false
        const more = yield* options.step(key, wokenOf(lane))
        if (more) lane.again = true
      } while (lane.again && !stopping)
    }).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          lane.working = false
          working--
          if (working === 0 && stopping) Deferred.doneUnsafe(empty, Effect.void)
        })
      )
    )

  // The work is done inside the request that woke the lane: as long as it lasts, the cluster takes nobody for idle.
  const lanes = LaneEntity.toLayer(
    Effect.map(Entity.CurrentAddress, ({ entityId }) => {
      const key = keyOf(entityId)
      const lane: Lane = { working: false, again: false, watchers: new Set() }
      return LaneEntity.of({
        Wake: () =>
          Effect.suspend(() => {
            if (stopping) return Effect.void
            if (!lane.working) return drain(key, lane)
            lane.again = true
            for (const watcher of lane.watchers) watcher()
            return Effect.void
          })
      })
    }),
    { maxIdleTime: idle, concurrency: "unbounded", mailboxCapacity: 16 }
  )
  yield* Layer.build(lanes)
  const client = yield* LaneEntity.client

  const wake = (key: LaneKey) =>
    client(idOf(key))
      .Wake(undefined, { discard: true })
      .pipe(
        // The runner is gone, or has too many lanes already: the next search wakes it again.
        Effect.catch((error) => Effect.logDebug(`${options.name}: a wake-up was lost: ${error._tag}`)),
        Effect.withTracerEnabled(false)
      )

  const search = Effect.gen(function* () {
    for (;;) {
      const keys = yield* options.find(searchPage)
      if (keys.length === 0 || stopping) return
      yield* Effect.forEach(keys, wake, { discard: true })
    }
  })

  const lanesOpen: LaneSet = {
    wake,
    search,
    size: Effect.sync(() => working),
    stop: (limit) =>
      Effect.gen(function* () {
        stopping = true
        if (working > 0) yield* Effect.timeoutOption(Deferred.await(empty), limit)
        empty = Deferred.makeUnsafe()
      })
  }
  return lanesOpen
})

/** Over all runners of a cluster: one lane of a chat is on one of them, wherever it is woken. */
export const layerCluster: Layer.Layer<Lanes, never, Sharding> = Layer.effect(
  Lanes,
  Effect.map(Effect.context<Sharding>(), (context) => ({
    open: (options) => Effect.provideContext(open(options), context)
  }))
)
