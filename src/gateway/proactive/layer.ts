import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Journal } from "../../journal/Journal.ts"
import type { Outbox } from "../../journal/Outbox.ts"
import type { Broadcasts } from "../../journal/proactive/Broadcasts.ts"
import type { Schedules } from "../../journal/proactive/Schedules.ts"
import { sweepBroadcasts } from "../../journal/proactive/sweep.ts"
import type { SendCounts } from "../../journal/SendCounts.ts"
import type { Media } from "../../media/Media.ts"
import { Accounts } from "../../pipeline/Accounts.ts"
import type { SendLanes } from "../../pipeline/SendLanes.ts"
import { runSingleton } from "../../pipeline/Singletons.ts"
import { makeBroadcasting } from "./broadcasting.ts"
import { makeScheduling } from "./scheduling.ts"

/**
 * How often it is looked for what others began, and for schedules that somebody added. On virtual time each look costs real
 * time, so the test kit looks more seldom.
 */
export const ProactiveEvery = Context.Reference<Duration.Duration>("zalo-effect/gateway/ProactiveEvery", {
  defaultValue: () => Duration.seconds(1)
})

const sweepEvery = "1 hour"

/** Speaks first, for the accounts of this process: makes the runs of schedules, and works broadcasts off. */
export const layerProactive: Layer.Layer<
  never,
  never,
  Journal | Outbox | Broadcasts | Schedules | SendCounts | Accounts | SendLanes | Media
> = Layer.effectDiscard(
  Effect.gen(function* () {
    const accounts = yield* Accounts
    const broadcasting = yield* makeBroadcasting
    const scheduling = yield* makeScheduling
    const every = Duration.toMillis(yield* ProactiveEvery)
    const sweep = yield* sweepBroadcasts

    const round = Effect.gen(function* () {
      let wait = every
      for (const account of yield* accounts.all) {
        yield* Effect.gen(function* () {
          const due = yield* scheduling.step(account.settings)
          const next = yield* broadcasting.step(account)
          wait = Math.min(wait, due ?? every, next ?? every)
        }).pipe(
          Effect.catch((error) => Effect.logError(error.message)),
          Effect.catchDefect((defect) => Effect.logError("a defect keeps from sending what nobody asked for", defect)),
          Effect.annotateLogs({ account: account.settings.id })
        )
      }
      return wait
    })

    yield* round.pipe(
      Effect.flatMap((wait) => (wait > 0 ? Effect.sleep(wait) : Effect.yieldNow)),
      Effect.forever,
      Effect.withTracerEnabled(false),
      (work) => runSingleton("proactive", work)
    )
    yield* Effect.sleep(sweepEvery).pipe(
      Effect.andThen(sweep),
      Effect.catch((error) => Effect.logError(error.message)),
      Effect.forever,
      (work) => runSingleton("broadcasts/sweep", work)
    )
  })
)
