import { Sharding } from "effect/cluster/Sharding"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import { type Exclusive, Singletons } from "./Singletons.ts"

/** Shards of their own, so that no lane waits for a poll that is open. */
export const singletonShards = "singletons"

/** Longer than a poll is open (`zalo-bot-api.md` §5.2): what is handed over is cut short only after that. */
const handOver = Duration.seconds(40)

/**
 * The work, whenever it is this runner's turn: begun when the cluster gives it to this one, and asked to leave when it takes it away.
 * The next runner begins once it has left.
 */
const exclusively = <R>({ name, standby, stopping, work }: Exclusive<R>) =>
  Effect.gen(function* () {
    const sharding = yield* Sharding
    const scope = yield* Effect.scope
    const over = yield* Deferred.make<void>()
    const cut = Latch.makeUnsafe(false)
    const wait = Effect.forkIn(standby, scope)
    let atWork = false
    let waiting = yield* wait

    const turn = Effect.gen(function* () {
      atWork = true
      yield* Fiber.interrupt(waiting)
      const leave = Latch.makeUnsafe(false)
      const fiber = yield* Effect.forkIn(work(leave.await), scope, { startImmediately: true })
      const takeLeave = Effect.gen(function* () {
        leave.openUnsafe()
        yield* Effect.timeoutOption(Effect.raceFirst(Fiber.await(fiber), cut.await), handOver)
        yield* Fiber.interrupt(fiber)
        waiting = yield* wait
        atWork = false
      })
      yield* Effect.onInterrupt(Fiber.await(fiber), () => takeLeave)
      yield* Deferred.succeed(over, undefined)
    })

    yield* sharding.registerSingleton(name, turn, { shardGroup: singletonShards })
    const idle = Effect.andThen(
      stopping,
      Effect.suspend(() => (atWork ? Effect.never : Effect.void))
    )
    yield* Effect.raceFirst(Deferred.await(over), idle).pipe(Effect.onInterrupt(() => cut.open))
  }).pipe(Effect.scoped)

/** Singletons of a cluster, each run by the runner that has its shard. */
export const layerCluster: Layer.Layer<never, never, Sharding> = Layer.effect(
  Singletons,
  Effect.map(Sharding, (sharding) => ({
    run: (name, work) => sharding.registerSingleton(name, work, { shardGroup: singletonShards }),
    exclusively: (options) => Effect.provideService(exclusively(options), Sharding, sharding)
  }))
)
