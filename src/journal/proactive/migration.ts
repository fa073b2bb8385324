import * as Effect from "effect/Effect"

/** Messages that nobody asked for just then: schedules and broadcasts, with what came of each. */
export const proactiveTables: Effect.Effect<void> = Effect.void
