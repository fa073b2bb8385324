import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { JournalError } from "../journal/Journal.ts"
import { Queue } from "../journal/queue/Queue.ts"
import type { QueueError } from "../journal/queue/QueueError.ts"
import { CommandFailed, StoreMissing, UsageError } from "./errors.ts"
import { Platform } from "./Platform.ts"

type Told<A, E = never> = Effect.Effect<A, CommandFailed | UsageError | ConfigError | E, Platform>

/** Runs something on the queue of the existing store, its failures told as this program tells them. */
export const onQueue = <A>(
  work: (queue: Queue["Service"]) => Effect.Effect<A, QueueError | JournalError>
): Told<A, StoreMissing> =>
  Effect.gen(function* () {
    const { store } = yield* Platform
    return yield* Effect.provide(Queue.use(work), Layer.provide(Queue.layerSql, store))
  }).pipe(
    Effect.catchTags({
      QueueError: ({ message, reason }) =>
        Effect.fail(
          reason === "bad-id" ? new UsageError({ problem: message }) : new CommandFailed({ code: reason, message })
        ),
      JournalError: ({ message }) => Effect.fail(new CommandFailed({ code: "store", message }))
    })
  )

/** For commands that are about one row: without a store there is none. */
export const needsRow = <A>(effect: Told<A, StoreMissing>): Told<A> =>
  Effect.catchTag(effect, "StoreMissing", ({ message }) =>
    Effect.fail(new CommandFailed({ code: "not-found", message: `there is no such row: ${message}` }))
  )
