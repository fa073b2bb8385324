import * as Effect from "effect/Effect"
import { scheduleView } from "../../../gateway/proactive/views.ts"
import { Schedules } from "../../../journal/proactive/Schedules.ts"
import type { Outcome } from "../../Command.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { atProactive, needsOne, orRefuse, theSchedule } from "../../proactiveDesk.ts"
import { printable } from "../../table.ts"
import { ref } from "./flags.ts"
import { scheduleText } from "./words.ts"

const hints = {
  pause: "What is due meanwhile is not made up for.",
  resume: "",
  remove: "Broadcasts that it began go on: see broadcast list.",
  run: "A running gateway sends it now; without one it is sent when one starts."
}

/** An operator's word about one schedule. */
export const changeSchedule = Effect.fnUntraced(function* (args: Args, how: "pause" | "resume" | "remove" | "run") {
  const row = yield* needsOne(
    atProactive(
      Effect.gen(function* () {
        const schedules = yield* Schedules
        const found = yield* theSchedule(ref.read(args), account.read(args))
        const what = `schedule s${found.id}`
        if (how === "remove") {
          yield* schedules.remove(found.id)
          return found
        }
        if (how === "run") yield* schedules.ask(found.id)
        else yield* orRefuse(yield* schedules[how](found.id), what, "is done: it is never due again")
        return yield* theSchedule(`s${found.id}`, undefined)
      })
    )
  )
  const view = scheduleView(row)
  const human =
    how === "remove"
      ? printable(`Removed schedule ${view.name === null ? view.id : `${view.id} "${view.name}"`}. ${hints.remove}`)
      : `${scheduleText(view)}\n${hints[how]}`.trim()
  const outcome: Outcome = { json: { ok: true, ...view }, human }
  return outcome
})
