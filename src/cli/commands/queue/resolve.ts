import * as Effect from "effect/Effect"
import type { Resolution } from "../../../journal/queue/Queue.ts"
import { UsageError } from "../../errors.ts"
import type { Args } from "../../Param.ts"
import { needsRow, onQueue } from "../../queueDesk.ts"
import { drop, dryRun, id, messageId, resend, sent } from "./flags.ts"
import { outcomeOf } from "./repair.ts"

const hows: Readonly<Record<Resolution["_tag"], readonly [did: string, would: string]>> = {
  Sent: ["Marked as sent:", "Would mark as sent:"],
  Resend: ["To be sent again:", "Would send again:"],
  Drop: ["Dropped", "Would drop"]
}

/** `queue resolve`: an end to the doubt about a send. */
export const run = Effect.fn("cli.queue.resolve")(function* (args: Args) {
  const how = resolution(args)
  if (how === undefined) {
    return yield* new UsageError({
      problem: "say what became of it: --sent, --resend or --drop",
      hint: "zalo-effect queue resolve out:12 --sent"
    })
  }
  if (messageId.read(args) !== undefined && how._tag !== "Sent") {
    return yield* new UsageError({ problem: "--message-id goes with --sent" })
  }
  const options = { by: "cli", dryRun: dryRun.read(args) }
  const wanted = id.read(args)
  const changed = yield* needsRow(onQueue((queue) => queue.resolve(wanted, how, options)))
  return outcomeOf({ did: hows[how._tag][options.dryRun ? 1 : 0], changed, dryRun: options.dryRun, wanted })
})

const resolution = (args: Args): Resolution | undefined => {
  const said: ReadonlyArray<Resolution> = [
    ...(sent.read(args) ? [{ _tag: "Sent", messageId: messageId.read(args) } as const] : []),
    ...(resend.read(args) ? [{ _tag: "Resend" } as const] : []),
    ...(drop.read(args) ? [{ _tag: "Drop" } as const] : [])
  ]
  return said.length === 1 ? said[0] : undefined
}
