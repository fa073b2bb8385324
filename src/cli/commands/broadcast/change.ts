import * as Effect from "effect/Effect"
import { broadcastView } from "../../../gateway/proactive/views.ts"
import { Broadcasts } from "../../../journal/proactive/Broadcasts.ts"
import type { Outcome } from "../../Command.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { atProactive, needsOne, orRefuse, theBroadcast } from "../../proactiveDesk.ts"
import { ref } from "./flags.ts"
import { broadcastText } from "./words.ts"

const hints = {
  pause: "What is on its way already still arrives.",
  resume: "It goes on while a gateway runs.",
  cancel: "Calls that are under way still arrive."
}

/** An operator's word about one broadcast. */
export const changeBroadcast = Effect.fnUntraced(function* (args: Args, how: "pause" | "resume" | "cancel") {
  const changed = yield* needsOne(
    atProactive(
      Effect.gen(function* () {
        const broadcasts = yield* Broadcasts
        const row = yield* theBroadcast(ref.read(args), account.read(args))
        yield* orRefuse(yield* broadcasts[how](row.id), `broadcast b${row.id}`, "has ended: there is nothing to change")
        const now = yield* theBroadcast(`b${row.id}`, undefined)
        return broadcastView(now, yield* broadcasts.counts(row.id))
      })
    )
  )
  const outcome: Outcome = { json: { ok: true, ...changed }, human: `${broadcastText(changed)}\n${hints[how]}` }
  return outcome
})
