import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerQueue } from "../../../src/gateway/queue/layer.ts"
import { Journal } from "../../../src/journal/Journal.ts"
import { journalMigrations } from "../../../src/journal/migrations.ts"
import { Queue } from "../../../src/journal/queue/Queue.ts"
import { layerSqlite } from "../../../src/node/store.ts"
import { SendLanes } from "../../../src/pipeline/SendLanes.ts"
import { TurnWakes } from "../../../src/pipeline/TurnWakes.ts"

it.effect("inside the gateway's own process a repair sets the lanes going, and a dry run does not", () => {
  const searched: Array<string> = []
  const lanes = (name: string) => ({
    wake: () => Effect.void,
    search: Effect.sync(() => void searched.push(name)),
    stop: () => Effect.void,
    size: Effect.succeed(0),
    enter: () => Effect.void,
    leave: () => Effect.void,
    attach: () => Effect.void
  })
  const layer = layerQueue.pipe(
    Layer.provide([Layer.succeed(SendLanes, lanes("sends")), Layer.succeed(TurnWakes, lanes("turns"))]),
    Layer.provideMerge(layerSqlite({ filename: ":memory:", migrations: journalMigrations, migrate: true }))
  )
  return Effect.gen(function* () {
    const { sql, write } = yield* Journal
    yield* write(sql`INSERT INTO inbox (account, message_id, chat, received_at, source, body, state)
      VALUES ('shop', 'm1', 'a', 0, 'webhook', '{}', 'dead')`)
    const queue = yield* Queue
    yield* queue.retry("m1", { by: "test", dryRun: true })
    assert.deepStrictEqual(searched, [])
    yield* queue.retry("m1", { by: "test" })
    assert.deepStrictEqual(searched, ["turns", "sends"])
    // What stood behind the dropped one is next.
    yield* queue.drop("m1", { by: "test" })
    assert.lengthOf(searched, 4)
  }).pipe(Effect.provide(layer))
})
