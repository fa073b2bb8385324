import { assert, it } from "@effect/vitest"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import * as RunnerStorage from "effect/cluster/RunnerStorage"
import * as Sharding from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { AccountId, ChatId, type LaneKey } from "../../src/domain/ids.ts"
import * as clusterLanes from "../../src/pipeline/clusterLanes.ts"
import * as clusterSingletons from "../../src/pipeline/clusterSingletons.ts"
import { Lanes } from "../../src/pipeline/Lanes.ts"
import { Singletons } from "../../src/pipeline/Singletons.ts"

const keyOf = (chat: string): LaneKey => ({ account: AccountId.make("shop"), chat: ChatId.make(chat) })

/** One runner, its storage in memory, on virtual time. */
const layerOne = Layer.mergeAll(clusterLanes.layerCluster, clusterSingletons.layerCluster).pipe(
  Layer.provide(Sharding.layer),
  Layer.provide([Runners.layerNoop, RunnerHealth.layerNoop, RunnerStorage.layerMemory]),
  Layer.provide(MessageStorage.layerNoop),
  Layer.provide(
    ShardingConfig.layer({
      availableShardGroups: ["default", clusterSingletons.singletonShards],
      assignedShardGroups: ["default", clusterSingletons.singletonShards],
      shardsPerGroup: 8
    })
  )
)

/** What the journal is to the lanes: rows that wait, by chat. */
const journal = (rows: Record<string, Array<number>>) => {
  const done: Array<string> = []
  let round = 0
  return {
    done,
    add: (chat: string, row: number) => (rows[chat] ??= []).push(row),
    step: (key: LaneKey) =>
      Effect.sync(() => {
        const row = rows[key.chat]?.shift()
        if (row !== undefined) done.push(`${key.chat}${row}`)
        return (rows[key.chat]?.length ?? 0) > 0
      }),
    find: () =>
      Effect.sync(() =>
        round++ % 2 === 0
          ? Object.keys(rows)
              .filter((chat) => (rows[chat]?.length ?? 0) > 0)
              .map(keyOf)
          : []
      )
  }
}

it.effect("a lane that is woken over the cluster does its rows in order", () =>
  Effect.gen(function* () {
    const store = journal({ a: [1, 2, 3], b: [4, 5] })
    const lanes = yield* Lanes.use((all) =>
      all.open({ name: "turns", step: store.step, find: () => Effect.succeed([]) })
    )
    yield* TestClock.adjust("1 second")
    yield* lanes.wake(keyOf("a"))
    yield* lanes.wake(keyOf("b"))
    yield* TestClock.adjust("100 millis")
    assert.deepStrictEqual(
      store.done.filter((row) => row.startsWith("a")),
      ["a1", "a2", "a3"]
    )
    assert.deepStrictEqual(
      store.done.filter((row) => row.startsWith("b")),
      ["b4", "b5"]
    )
    assert.strictEqual(yield* lanes.size, 0)
  }).pipe(Effect.provide(layerOne))
)

it.effect("work that nobody was woken for is found within two seconds", () =>
  Effect.gen(function* () {
    const store = journal({})
    yield* Lanes.use((all) => all.open({ name: "turns", step: store.step, find: store.find }))
    yield* TestClock.adjust("10 seconds")
    assert.deepStrictEqual(store.done, [])
    store.add("a", 1)
    yield* TestClock.adjust("2 seconds")
    assert.deepStrictEqual(store.done, ["a1"])
  }).pipe(Effect.provide(layerOne))
)

it.effect("an account that is left begins nothing until it is let in again", () =>
  Effect.gen(function* () {
    const store = journal({ a: [1] })
    const lanes = yield* Lanes.use((all) => all.open({ name: "turns", step: store.step, find: store.find }))
    yield* lanes.leave(AccountId.make("shop"), Duration.seconds(1))
    yield* lanes.wake(keyOf("a"))
    yield* TestClock.adjust("5 seconds")
    assert.deepStrictEqual(store.done, [])
    yield* lanes.enter(AccountId.make("shop"))
    yield* TestClock.adjust("3 seconds")
    assert.deepStrictEqual(store.done, ["a1"])
  }).pipe(Effect.provide(layerOne))
)

it.effect("exclusive work begins when the cluster gives it to this runner, and ends by itself", () =>
  Effect.gen(function* () {
    const singletons = yield* Singletons
    const log: Array<string> = []
    const stop = yield* Deferred.make<void>()
    const running = yield* Effect.forkChild(
      singletons.exclusively({
        name: "poll",
        work: () =>
          Effect.andThen(
            Effect.sync(() => log.push("works")),
            Deferred.await(stop)
          ),
        standby: Effect.andThen(
          Effect.sync(() => log.push("stands by")),
          Effect.never
        ),
        stopping: Effect.never
      })
    )
    yield* TestClock.adjust("10 seconds")
    assert.deepStrictEqual(log.at(-1), "works")
    yield* Deferred.succeed(stop, undefined)
    yield* Fiber.join(running)
  }).pipe(Effect.provide(layerOne))
)
