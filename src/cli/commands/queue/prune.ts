import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import type { Args } from "../../Param.ts"
import { onQueue } from "../../queueDesk.ts"
import { dryRun, olderThan, prunableOf } from "./flags.ts"

/** A running gateway gets to write in between. */
const pause = Duration.millis(5)

/** `queue prune`: what a gateway does by itself (`retention`), now and by hand. */
export const run = Effect.fn("cli.queue.prune")(function* (args: Args) {
  const isDryRun = dryRun.read(args)
  const before = (yield* Clock.currentTimeMillis) - Duration.toMillis(olderThan.read(args))
  const deleted = yield* onQueue((queue) =>
    queue.prune({ before, states: prunableOf(args), dryRun: isDryRun, pause })
  ).pipe(Effect.catchTag("StoreMissing", () => Effect.succeed({ inbox: 0, outbox: 0 })))
  const outcome: Outcome = {
    json: { ok: true, dryRun: isDryRun, deleted },
    human: `${isDryRun ? "Would delete" : "Deleted"} ${deleted.inbox} received messages and ${deleted.outbox} sends.`
  }
  return outcome
})
