import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { AccountId, LaneKey } from "../domain/ids.ts"

export interface LaneOptions {
  readonly name: string
  /** `woken` ends when the lane is woken again. Works on the oldest thing in a lane, and says whether there may be more. It never fails. */
  readonly step: (key: LaneKey, woken: Effect.Effect<void>) => Effect.Effect<boolean>
  /** Some lanes with work, each time the next ones around; none when it has been around. */
  readonly find: (limit: number) => Effect.Effect<ReadonlyArray<LaneKey>>
}

export interface LaneSet {
  /** There is something new in this lane. It only sets a flag. */
  wake(key: LaneKey): Effect.Effect<void>
  /** There may be work in lanes that nobody named: look for it. */
  readonly search: Effect.Effect<void>
  /** Begins nothing more, waits this long for what has begun, then interrupts it. */
  stop(limit: Duration.Duration): Effect.Effect<void>
  /** The same for one account's lanes, until it is let in again. */
  leave(account: AccountId, limit: Duration.Duration): Effect.Effect<void>
  /** Lets an account's lanes work again that were left. */
  enter(account: AccountId): Effect.Effect<void>
  /** Lanes at work now. */
  readonly size: Effect.Effect<number>
}

/** Runs a handler per lane: in order inside one, lanes side by side. */
export class Lanes extends Context.Service<
  Lanes,
  { open(options: LaneOptions): Effect.Effect<LaneSet, never, Scope.Scope> }
>()("zalo-effect/pipeline/Lanes") {
  /** In one process: a lane is a key, a flag and a fiber, and exists only while it works. */
  static readonly layerLocal: Layer.Layer<Lanes> = Layer.succeed(Lanes, { open: (options) => open(options) })
}

/**
 * Lanes at work at once. Those beyond it wait in the journal, not here: their rows are found again as soon as there is room.
 */
const resident = 512

/** Steps after which a lane makes room for others that wait for one. */
const fairShare = 8

interface Lane {
  readonly key: LaneKey
  again: boolean
  /** Who wants to know of the next wake. */
  readonly watchers: Set<() => void>
  fiber: Fiber.Fiber<void> | undefined
}

const wokenOf = (lane: Lane): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const watcher = () => {
      lane.watchers.delete(watcher)
      resume(Effect.void)
    }
    lane.watchers.add(watcher)
    return Effect.sync(() => lane.watchers.delete(watcher))
  })

const open = Effect.fnUntraced(function* (options: LaneOptions) {
  const lanes = new Map<string, Lane>()
  const fibers = yield* FiberSet.make()
  const run = yield* FiberSet.runtime(fibers)()
  /** Some lane with work is not here: it was turned away, or it made room. */
  let crowded = false
  /** The same, since the search last began a round. */
  let missed = false
  let searching = false
  let stopping = false
  const left = new Set<AccountId>()
  const goesOn = (key?: LaneKey): boolean => !stopping && (key === undefined || !left.has(key.account))

  const turnAway = (): void => {
    crowded = true
    missed = true
  }

  /** In one go with what decided it: a wake that comes after it begins the lane anew. */
  const end = (id: string, lane: Lane): void => {
    if (lanes.get(id) !== lane) return
    lanes.delete(id)
    if (crowded) startSearch()
  }

  const work = (id: string, lane: Lane) =>
    Effect.gen(function* () {
      for (let steps = 1; goesOn(lane.key); steps++) {
        lane.again = false
        const more = yield* options.step(lane.key, wokenOf(lane))
        if (!more && !lane.again) return end(id, lane)
        if (crowded && steps >= fairShare) {
          turnAway()
          return end(id, lane)
        }
      }
    }).pipe(Effect.ensuring(Effect.sync(() => end(id, lane))))

  const start = (key: LaneKey): void => {
    if (!goesOn(key)) return
    const id = `${key.account}/${key.chat}`
    const lane = lanes.get(id)
    if (lane !== undefined) {
      lane.again = true
      // Whoever goes on waiting at once waits for the next wake.
      Array.from(lane.watchers).forEach((watcher) => watcher())
      return
    }
    if (lanes.size >= resident) return turnAway()
    const fresh: Lane = { key, again: false, watchers: new Set(), fiber: undefined }
    lanes.set(id, fresh)
    fresh.fiber = run(work(id, fresh))
  }

  const search = Effect.gen(function* () {
    while (lanes.size < resident && goesOn()) {
      const keys = yield* options.find(resident - lanes.size)
      for (const key of keys) start(key)
      if (keys.length === 0) {
        if (!missed) {
          crowded = false
          break
        }
        missed = false
      }
      yield* Effect.yieldNow
    }
    searching = false
  })

  const startSearch = (): void => {
    if (searching || stopping) return
    searching = true
    run(Effect.tapCause(search, () => Effect.sync(() => void (searching = false))))
  }

  const lanesOpen: LaneSet = {
    wake: (key) => Effect.sync(() => start(key)),
    search: Effect.sync(() => {
      turnAway()
      startSearch()
    }),
    size: Effect.sync(() => lanes.size),
    leave: Effect.fnUntraced(function* (account: AccountId, limit: Duration.Duration) {
      left.add(account)
      const begun = Array.from(lanes.values()).flatMap(({ fiber, key }) =>
        key.account === account && fiber !== undefined ? [fiber] : []
      )
      yield* Effect.timeoutOption(Fiber.awaitAll(begun), limit)
      yield* Fiber.interruptAll(begun)
    }),
    enter: (account) => Effect.sync(() => void left.delete(account)),
    stop: (limit) =>
      Effect.gen(function* () {
        stopping = true
        yield* Effect.timeoutOption(FiberSet.awaitEmpty(fibers), limit)
        yield* FiberSet.clear(fibers)
        yield* FiberSet.awaitEmpty(fibers)
      })
  }
  return lanesOpen
})
