import * as Effect from "effect/Effect"
import { traceView } from "../../../gateway/queue/traceView.ts"
import type { Outcome } from "../../Command.ts"
import type { Args } from "../../Param.ts"
import { needsRow, onQueue } from "../../queueDesk.ts"
import { anyId, withText } from "./flags.ts"
import { timeline } from "./timeline.ts"

/** `trace`: where a message is, and how long each step took. */
export const run = Effect.fn("cli.trace")(function* (args: Args) {
  const trace = yield* needsRow(onQueue((queue) => queue.trace(anyId.read(args))))
  const view = traceView(trace, withText.read(args))
  const outcome: Outcome = { json: view, human: timeline(view) }
  return outcome
})
