import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import { SendCounts } from "../journal/SendCounts.ts"
import { Accounts } from "../pipeline/Accounts.ts"
import { runSingleton } from "../pipeline/Singletons.ts"
import { quotaWarning } from "./quotaWarning.ts"

const look = "30 seconds"

const used = Metric.gauge("zalo_quota_used_ratio", {
  description: "Messages sent this month as a share of the account's quota"
})

/** Counts along: a metric always, and a line in the log when a threshold is passed. */
export const layerQuotaWatch: Layer.Layer<never, never, Accounts | SendCounts> = Layer.effectDiscard(
  Effect.gen(function* () {
    const accounts = yield* Accounts
    const counts = yield* SendCounts
    const told = new Map<string, string>()
    const check = Effect.gen(function* () {
      for (const { settings } of yield* accounts.all) {
        const { id } = settings
        const quota = { used: yield* counts.sent(id), limit: settings.quota }
        if (quota.limit === null || quota.limit === 0) continue
        yield* Metric.update(Metric.withAttributes(used, { account: id }), quota.used / quota.limit)
        const warning = quotaWarning(quota)
        const threshold = warning?.slice(warning.indexOf("(")) ?? ""
        if (warning !== null && told.get(id) !== threshold) {
          yield* Effect.logWarning(warning).pipe(Effect.annotateLogs({ account: id }))
        }
        told.set(id, threshold)
      }
    })
    yield* check.pipe(
      Effect.catch((error) => Effect.logError(error.message)),
      Effect.andThen(Effect.sleep(look)),
      Effect.forever,
      (work) => runSingleton("quota", work)
    )
  })
)
