import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { JournalError } from "../journal/Journal.ts"
import { Broadcasts, type Changed } from "../journal/proactive/Broadcasts.ts"
import type { BroadcastRow, ScheduleRow } from "../journal/proactive/rows.ts"
import { Schedules } from "../journal/proactive/Schedules.ts"
import { CommandFailed, StoreMissing } from "./errors.ts"
import { Platform } from "./Platform.ts"

/** Runs something on the broadcasts and schedules of the existing store, its failures told as this program tells them. */
export const atProactive = <A>(
  work: Effect.Effect<A, JournalError | CommandFailed, Broadcasts | Schedules>
): Effect.Effect<A, CommandFailed | ConfigError | StoreMissing, Platform> =>
  Effect.gen(function* () {
    const { store } = yield* Platform
    const layer = Layer.provide(Layer.merge(Broadcasts.layerSql, Schedules.layerSql), store)
    return yield* Effect.provide(work, layer)
  }).pipe(Effect.catchTag("JournalError", ({ message }) => Effect.fail(new CommandFailed({ code: "store", message }))))

/** For commands that are about one of them: without a store there is none. */
export const needsOne = <A>(
  effect: Effect.Effect<A, CommandFailed | ConfigError | StoreMissing, Platform>
): Effect.Effect<A, CommandFailed | ConfigError, Platform> =>
  Effect.catchTag(effect, "StoreMissing", ({ message }) => Effect.fail(notFound(message)))

const notFound = (message: string) => new CommandFailed({ code: "not-found", message })

/** The broadcast that is meant, by its id or its name. */
export const theBroadcast = (
  ref: string,
  account: string | undefined
): Effect.Effect<BroadcastRow, JournalError | CommandFailed, Broadcasts> =>
  Effect.gen(function* () {
    const found = yield* (yield* Broadcasts).find(ref, account)
    return Option.isSome(found) ? found.value : yield* notFound(`there is no broadcast "${ref}": see broadcast list`)
  })

/** The schedule that is meant, by its id or its name. */
export const theSchedule = (
  ref: string,
  account: string | undefined
): Effect.Effect<ScheduleRow, JournalError | CommandFailed, Schedules> =>
  Effect.gen(function* () {
    const found = yield* (yield* Schedules).find(ref, account)
    return Option.isSome(found) ? found.value : yield* notFound(`there is no schedule "${ref}": see schedule list`)
  })

/** What there is to say of one that could not be changed. */
export const orRefuse = (changed: Changed, what: string, why: string): Effect.Effect<void, CommandFailed> => {
  if (changed === "changed") return Effect.void
  return Effect.fail(
    changed === "ended" ? new CommandFailed({ code: "ended", message: `${what} ${why}` }) : notFound(`${what} is gone`)
  )
}
