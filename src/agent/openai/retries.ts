import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AgentError } from "../AgentError.ts"
import type { Fault } from "./Fault.ts"

/** Requests for one turn: what still fails then is tried again by the pipeline, later. */
const tries = 3

const firstWait = Duration.seconds(1)

/** An endpoint that wants to be left alone for longer is left to the pipeline: meanwhile the person would only wait. */
const longestWait = Duration.seconds(20)

/** Makes a request again while its faults may pass, after 1 s, 2 s, or as long as `Retry-After` says, at most 20 s. */
export const withRetries = <A, R>(attempt: Effect.Effect<A, Fault, R>): Effect.Effect<A, AgentError, R> => {
  const go = (n: number): Effect.Effect<A, AgentError, R> =>
    attempt.pipe(
      Effect.catch(
        Effect.fnUntraced(function* ({ after = Duration.zero, again, error }: Fault) {
          if (!again || n >= tries || Duration.isGreaterThan(after, longestWait)) return yield* error
          const wait = Duration.max(after, Duration.times(firstWait, 2 ** (n - 1)))
          yield* Effect.logWarning(`${error.message}; asked again in ${Duration.toSeconds(wait)} s`)
          yield* Effect.sleep(wait)
          return yield* go(n + 1)
        })
      )
    )
  return go(1)
}
