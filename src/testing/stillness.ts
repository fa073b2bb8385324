import * as Effect from "effect/Effect"
import { Scheduler } from "effect/Scheduler"

/** A scheduler that knows whether its fibers have anything left to do but wait. */
export interface Stillness {
  /** For the fibers to be watched. */
  readonly scheduler: Scheduler
  /**
   * Waits until they only wait: for the clock, for a message, for something outside of this process. Promises that settle
   * by themselves are waited for.
   */
  readonly settled: Effect.Effect<void>
}

/** Turns of the event loop without work after which no promise of ours is on its way: a request's body is read by some. */
const quiet = 10

/**
 * `TestClock.adjust` gives a fiber that the clock did not wake a single turn of the scheduler before it moves time: a
 * message that is still on its way would arrive at the later time. Whoever waits for stillness first has no such surprise.
 */
export const makeStillness: Effect.Effect<Stillness> = Effect.map(Scheduler, (parent) => {
  let scheduled = 0
  return {
    scheduler: {
      executionMode: parent.executionMode,
      shouldYield: (fiber) => parent.shouldYield(fiber),
      makeDispatcher: () => {
        const dispatcher = parent.makeDispatcher()
        return {
          scheduleTask: (task, priority) => {
            scheduled++
            dispatcher.scheduleTask(() => {
              // Before the task: one that asks whether all is still does not count itself.
              scheduled--
              task()
            }, priority)
          },
          flush: () => dispatcher.flush()
        }
      }
    },
    settled: Effect.suspend(() => {
      let still = 0
      return Effect.whileLoop({
        while: () => still < quiet,
        body: () => Effect.yieldNow,
        step: () => {
          still = scheduled > 0 ? 0 : still + 1
        }
      })
    })
  }
})
