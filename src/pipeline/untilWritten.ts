import * as Effect from "effect/Effect"
import type { JournalError } from "../journal/Journal.ts"

/** What `Effect.uninterruptibleMask` hands in: the inside may be interrupted if the outside may. */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

const again = "1 second"

/**
 * What has happened cannot be undone, so it is written down however long the store refuses: asking an agent or Zalo a second
 * time would be worse than waiting. For use where nothing can interrupt; only the wait gives way to a stop.
 */
export const untilWritten = <A, R>(
  write: Effect.Effect<A, JournalError, R>,
  restore: Restore
): Effect.Effect<A, never, R> =>
  write.pipe(
    Effect.catch((error) =>
      // The journal itself says once that it cannot be used.
      Effect.logDebug(error.message).pipe(
        Effect.andThen(restore(Effect.sleep(again))),
        Effect.andThen(Effect.suspend(() => untilWritten(write, restore)))
      )
    )
  )
