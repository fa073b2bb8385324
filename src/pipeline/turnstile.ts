import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Semaphore from "effect/Semaphore"

/**
 * Lets so many turns run at once, and one that may be what kills the process by itself. While that one waits nobody else
 * begins: a semaphore alone would let the small requests pass it for ever.
 */
export const turnstile = (
  limit: number
): Effect.Effect<(alone: boolean) => <A, E, R>(turn: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>> =>
  Effect.sync(() => {
    const permits = Semaphore.makeUnsafe(limit)
    const suspects = Semaphore.makeUnsafe(1)
    const door = Latch.makeUnsafe(true)
    return (alone) => (turn) =>
      alone
        ? suspects.withPermit(
            Effect.acquireUseRelease(
              Effect.sync(() => door.closeUnsafe()),
              () => permits.withPermits(limit)(turn),
              () => Effect.sync(() => door.openUnsafe())
            )
          )
        : Effect.andThen(door.await, permits.withPermit(turn))
  })
