import * as Effect from "effect/Effect"
import type { Args } from "../../Param.ts"
import { mend } from "./repair.ts"

/** `queue retry`: begun at once by a gateway that runs, else by the next one. */
export const run = Effect.fn("cli.queue.retry")((args: Args) =>
  mend(args, {
    command: "zalo-effect queue retry",
    did: "Retried",
    would: "Would retry",
    one: (queue, id, options) => queue.retry(id, options),
    many: (queue, filter, options) => queue.retryAll(filter, options)
  })
)
