import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** Work that only one process may do at a time, and that takes its leave properly. */
export interface Exclusive<R> {
  readonly name: string
  /** `leave` ends when another process is to do it, which waits for this one. */
  readonly work: (leave: Effect.Effect<void>) => Effect.Effect<void, never, R>
  /** What is done while another process does it. */
  readonly standby: Effect.Effect<void, never, R>
  /** Ends when nobody here is to do it any more. Whoever is at work sees to that itself. */
  readonly stopping: Effect.Effect<void>
}

/** What one process does for all that share a journal. */
export interface SingletonRunner {
  /**
   * Runs work that never ends for as long as the scope is open, wherever its turn is: at once where one process has the journal
   * for itself. It is interrupted when another process is to do it, which waits for its end.
   */
  run<R>(name: string, work: Effect.Effect<void, never, R>): Effect.Effect<void, never, R | Scope.Scope>
  /** Runs work, or stands by; ends when the work has ended by itself, or when it is to stop while another process does it. */
  exclusively<R>(options: Exclusive<R>): Effect.Effect<void, never, R>
}

export const Singletons = Context.Reference<SingletonRunner>("zalo-effect/pipeline/Singletons", {
  defaultValue: () => ({
    run: (_name, work) => Effect.asVoid(Effect.forkScoped(work)),
    exclusively: ({ work }) => work(Effect.never)
  })
})

/** See `SingletonRunner.run`. */
export const runSingleton = <R>(
  name: string,
  work: Effect.Effect<void, never, R>
): Effect.Effect<void, never, R | Scope.Scope> => Effect.flatMap(Singletons, (singletons) => singletons.run(name, work))
