import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import type { AccountId, LaneKey } from "../domain/ids.ts"
import type { LaneOptions, LaneSet } from "./Lanes.ts"

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

export interface EngineOptions extends LaneOptions {
  /** Whether a lane may be worked here. Asked before each step. */
  readonly mine?: ((key: LaneKey) => boolean) | undefined
  /** How the search begins a lane of ours; it may be refused. */
  readonly begin?: ((key: LaneKey) => Effect.Effect<void>) | undefined
}

/** One lane's name. An account's id has no slash in it (`design.md` §4). */
export const laneId = ({ account, chat }: LaneKey): string => `${account}/${chat}`

export interface LaneEngine extends LaneSet {
  /** Wakes a lane that is at work in this process; false where it is not. */
  nudge(key: LaneKey): boolean
  /**
   * Wakes a lane of this process. Whoever began it waits until there is nothing more in it, and ends it by an interruption;
   * whoever finds it at work only sets the flag.
   */
  drain(key: LaneKey): Effect.Effect<void>
}

export const makeLaneEngine = Effect.fnUntraced(function* (options: EngineOptions) {
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
  const isMine = options.mine ?? (() => true)
  const goesOn = (key?: LaneKey): boolean => !stopping && (key === undefined || (!left.has(key.account) && isMine(key)))

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

  /** Sets the flag of a lane that is at work; false where it is not. */
  const nudge = (key: LaneKey): boolean => {
    const lane = lanes.get(laneId(key))
    if (lane === undefined) return false
    lane.again = true
    // Whoever goes on waiting at once waits for the next wake.
    Array.from(lane.watchers).forEach((watcher) => watcher())
    return true
  }

  /** The fiber of a lane that begins now. */
  const start = (key: LaneKey): Fiber.Fiber<void> | undefined => {
    if (!goesOn(key) || nudge(key)) return undefined
    const id = laneId(key)
    if (lanes.size >= resident) {
      turnAway()
      return undefined
    }
    const fresh: Lane = { key, again: false, watchers: new Set(), fiber: undefined }
    lanes.set(id, fresh)
    fresh.fiber = run(work(id, fresh))
    return fresh.fiber
  }
  const begin = options.begin ?? ((key: LaneKey) => Effect.sync(() => void start(key)))

  const search = Effect.gen(function* () {
    while (lanes.size < resident && goesOn()) {
      const keys = yield* options.find(resident - lanes.size)
      for (const key of keys) if (goesOn(key) && !nudge(key)) yield* begin(key)
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

  const engine: LaneEngine = {
    nudge,
    wake: (key) => Effect.sync(() => void start(key)),
    drain: (key) =>
      Effect.suspend(() => {
        const fiber = start(key)
        return fiber === undefined
          ? Effect.void
          : Effect.onInterrupt(Effect.asVoid(Fiber.await(fiber)), () => Fiber.interrupt(fiber))
      }),
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
  return engine
})
