import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type { Inbox } from "../../src/journal/Inbox.ts"
import type { Journal } from "../../src/journal/Journal.ts"
import type { Outbox } from "../../src/journal/Outbox.ts"
import { processOn, temporaryFile } from "./kit.ts"

/** One process after the other on one file. */
export class Process {
  owner = 1
  private readonly filename: string
  private scope = Scope.makeUnsafe()
  private context: Context.Context<Inbox | Outbox | Journal> | undefined

  constructor(filename: string) {
    this.filename = filename
  }

  readonly run = <A, E>(effect: Effect.Effect<A, E, Inbox | Outbox | Journal>) =>
    Effect.suspend(() => {
      if (this.context !== undefined) return Effect.provideContext(effect, this.context)
      return Effect.flatMap(Layer.buildWithScope(processOn(this.filename), this.scope), (context) => {
        this.context = context
        return Effect.provideContext(effect, context)
      })
    })

  readonly end = Effect.suspend(() => Scope.close(this.scope, Exit.void))

  readonly restart = Effect.suspend(() =>
    Effect.andThen(
      this.end,
      Effect.sync(() => {
        this.scope = Scope.makeUnsafe()
        this.context = undefined
        this.owner++
      })
    )
  )
}

/** The first process on a new file; it ends with the test. */
export const aProcess = Effect.gen(function* () {
  const process = new Process(yield* temporaryFile)
  yield* Effect.addFinalizer(() => process.end)
  return process
})
