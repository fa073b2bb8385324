import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Drift } from "../domain/Drift.ts"

/** Told of what is new from Zalo. It is looked up at each call, since whoever counts may start later than the client. */
export const NoteDrift = Context.Reference<(drift: Drift) => Effect.Effect<void>>("zalo-effect/zalo/NoteDrift", {
  defaultValue: () => () => Effect.void
})

/** The `error_code`s of `zalo-bot-api.md` §3.2, and 426 of `testWebhook` (§5.4). */
export const documentedCodes: ReadonlySet<number> = new Set([400, 401, 403, 404, 408, 426, 429])
