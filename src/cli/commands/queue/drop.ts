import * as Effect from "effect/Effect"
import type { Args } from "../../Param.ts"
import { force } from "./flags.ts"
import { mend } from "./repair.ts"

/** `queue drop`: gives rows up. They stay, as dead with the reason `dropped`, and alarm nobody. */
export const run = Effect.fn("cli.queue.drop")((args: Args) =>
  mend(args, {
    command: "zalo-effect queue drop",
    did: "Dropped",
    would: "Would drop",
    one: (queue, id, options) => queue.drop(id, { ...options, force: force.read(args) }),
    many: (queue, filter, options) => queue.dropAll(filter, options)
  })
)
