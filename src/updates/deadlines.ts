import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"

/** One time limit for many waits: a set and one fiber, where a timer and two fibers each would cost more than the wait. */
export interface Deadlines {
  /** Calls `expire` when the limit has passed, unless the answered function was called before. */
  add(expire: () => void, now: number): () => void
}

interface Entry {
  readonly at: number
  readonly expire: () => void
}

/** They are looked at this often, and so may be late by as much. */
const beat = Duration.seconds(1)

export const makeDeadlines = (limit: Duration.Duration): Effect.Effect<Deadlines, never, Scope.Scope> =>
  Effect.gen(function* () {
    // All have the same limit, so the set's order is the order of their ends.
    const entries = new Set<Entry>()
    const some = Latch.makeUnsafe(false)

    const look = Effect.map(Clock.currentTimeMillis, (now) => {
      for (const entry of entries) {
        if (entry.at > now) break
        entries.delete(entry)
        entry.expire()
      }
      if (entries.size === 0) some.closeUnsafe()
    })

    yield* some.await.pipe(
      Effect.andThen(Effect.sleep(Duration.min(beat, limit))),
      Effect.andThen(look),
      Effect.forever,
      Effect.forkScoped
    )

    const length = Duration.toMillis(limit)
    return {
      add: (expire, now) => {
        const entry = { at: now + length, expire }
        entries.add(entry)
        if (entries.size === 1) some.openUnsafe()
        return () => entries.delete(entry)
      }
    }
  })
