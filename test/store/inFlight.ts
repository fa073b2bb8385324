import * as Effect from "effect/Effect"
import type { Journal } from "../../src/journal/Journal.ts"

let n = 0
const waiting: Array<() => void> = []

const ended = Effect.sync(() => {
  n--
  if (n === 0) for (const resume of waiting.splice(0)) resume()
})

/** What asks a database for itself, beside the journal. */
export const counted = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    n++
    return Effect.ensuring(effect, ended)
  })

/** A journal that is known to be asked something, for as long as it has not answered. */
export const watched = (journal: Journal["Service"]): Journal["Service"] => ({
  ...journal,
  write: (unit) => counted(journal.write(unit)),
  query: (query) => counted(journal.query(query)),
  changedElsewhere: counted(journal.changedElsewhere)
})

/** Waits until no journal of this process has a question to answer. */
const answered = Effect.callback<void>((resume) => {
  waiting.push(() => resume(Effect.void))
})

/**
 * Waits until nothing happens any more that needs no time: no journal is asked, and for `turns` of the event loop nobody asks
 * one. A server answers when it likes, so turns alone say nothing.
 */
export const stillFor = (turns: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    let still = 0
    return Effect.whileLoop({
      while: () => still < turns,
      body: () => (n > 0 ? answered : Effect.yieldNow),
      step: () => {
        still = n > 0 ? 0 : still + 1
      }
    })
  })
