import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { pollDelay } from "../zalo/schedules.ts"

/** Between two looks at what somebody has to mend. */
export const slow = Duration.seconds(30)

/** The wait after that many failures in a row: 1 s doubling to 30 s, ±20 %, so that many accounts do not come back at once. */
export const backOff = (failures: number): Effect.Effect<void> =>
  Effect.flatMap(Random.next, (chance) =>
    // Whole milliseconds: what is written down after a wait under a test's clock has no fractions either.
    Effect.sleep(Duration.millis(Math.round(Duration.toMillis(pollDelay(failures)) * (0.8 + 0.4 * chance))))
  )
