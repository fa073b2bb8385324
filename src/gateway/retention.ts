import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Pairing } from "../access/Pairing.ts"
import type { Retention } from "../domain/Retention.ts"
import { Journal } from "../journal/Journal.ts"
import { prune } from "../journal/queue/prune.ts"
import { forgetOld } from "../journal/queue/forget.ts"
import { runSingleton } from "../pipeline/Singletons.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"

/** Between two steps: a store that is far behind catches up at a leisurely pace, some thousand rows a second at most. */
const pause = Duration.millis(20)

const shortest = Duration.toMillis(Duration.seconds(1))
const longest = Duration.toMillis(Duration.minutes(10))

/** A tenth of what is kept, so that nothing stays much longer than was said. */
const restBetween = ({ dead, done }: Retention): Duration.Duration => {
  const least = Math.min(Duration.toMillis(done), dead === undefined ? Infinity : Duration.toMillis(dead))
  return Duration.millis(Math.min(longest, Math.max(shortest, least / 10)))
}

/**
 * Zalo's clock and ours differ by little. Rows are kept for an hour more, so that an update that comes again after its row has
 * gone is surely older than the retention, and ignored (`design.md` §2).
 */
const margin = (done: Duration.Duration): number =>
  Math.min(Duration.toMillis(done) / 10, Duration.toMillis(Duration.hours(1)))

/** Deletes what is over and old, once. */
export const retain = Effect.fn("retention")(function* ({ dead, done }: Retention) {
  const journal = yield* Journal
  const desk = yield* Pairing
  const now = yield* Clock.currentTimeMillis
  const ended = yield* prune(journal, { before: now - Duration.toMillis(done) - margin(done), pause })
  const failed =
    dead === undefined
      ? { inbox: 0, outbox: 0 }
      : yield* prune(journal, { before: now - Duration.toMillis(dead), states: ["dead", "unknown", "skipped"], pause })
  yield* forgetOld(journal, now)
  yield* desk.expire
  const [inbox, outbox] = [ended.inbox + failed.inbox, ended.outbox + failed.outbox]
  if (inbox + outbox > 0) yield* Effect.logDebug(`retention: ${inbox} messages and ${outbox} sends were deleted`)
})

/** Keeps the store at its size for as long as a gateway runs; whoever runs it holds the leases. */
export const layerRetention: Layer.Layer<never, never, ZaloConfig | Journal | Pairing> = Layer.effectDiscard(
  Effect.gen(function* () {
    const config = yield* ZaloConfig
    const once = Effect.gen(function* () {
      const { retention } = yield* config.current
      yield* Effect.sleep(restBetween(retention))
      yield* retain(retention)
    })
    yield* once.pipe(
      Effect.catch((error) => Effect.logWarning(`retention: ${error.message}`)),
      Effect.catchDefect((defect) => Effect.logError("retention met a defect and goes on later", defect)),
      Effect.forever,
      Effect.withTracerEnabled(false),
      (work) => runSingleton("retention", work)
    )
  })
)
