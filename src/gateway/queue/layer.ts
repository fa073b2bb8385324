import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Journal } from "../../journal/Journal.ts"
import { Queue, type RepairOptions } from "../../journal/queue/Queue.ts"
import { SendLanes } from "../../pipeline/SendLanes.ts"
import { TurnWakes } from "../../pipeline/TurnWakes.ts"

/**
 * The queue beside a gateway of the same process: what is tried again is begun at once, and what stood behind a dropped row too.
 * The queue alone only writes, and the gateway looks there unasked only after somebody else's commits.
 */
export const layerQueue: Layer.Layer<Queue, never, Journal | SendLanes | TurnWakes> = Layer.effect(
  Queue,
  Effect.gen(function* () {
    const queue = yield* Queue
    const turns = yield* TurnWakes
    const sends = yield* SendLanes
    const begun = ({ dryRun }: RepairOptions) =>
      dryRun === true ? Effect.void : Effect.andThen(turns.search, sends.search)
    return Queue.of({
      ...queue,
      retry: (id, options) => Effect.tap(queue.retry(id, options), begun(options)),
      retryAll: (filter, options) => Effect.tap(queue.retryAll(filter, options), begun(options)),
      drop: (id, options) => Effect.tap(queue.drop(id, options), begun(options)),
      dropAll: (filter, options) => Effect.tap(queue.dropAll(filter, options), begun(options)),
      resolve: (id, how, options) => Effect.tap(queue.resolve(id, how, options), begun(options))
    })
  })
).pipe(Layer.provide(Queue.layerSql))
