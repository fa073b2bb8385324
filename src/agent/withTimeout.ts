import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { AgentError } from "./AgentError.ts"

/** For one turn (`design.md` §6.1). */
export const defaultTimeout: Duration.Duration = Duration.seconds(120)

/** Interrupts an agent that takes longer, and says so. */
export const withTimeout =
  (timeout: Duration.Input) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | AgentError, R> =>
    Effect.timeoutOrElse(effect, {
      duration: timeout,
      orElse: () =>
        Effect.fail(
          new AgentError({
            reason: { _tag: "Timeout", seconds: Duration.toSeconds(Duration.fromInputUnsafe(timeout)) }
          })
        )
    })
