import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { runView, scheduleView } from "../../../gateway/proactive/views.ts"
import { Broadcasts } from "../../../journal/proactive/Broadcasts.ts"
import type { RunRow } from "../../../journal/proactive/rows.ts"
import { Schedules } from "../../../journal/proactive/Schedules.ts"
import type { Outcome } from "../../Command.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { atProactive, needsOne, theSchedule } from "../../proactiveDesk.ts"
import { printable, table } from "../../table.ts"
import { limit } from "../broadcast/flags.ts"
import { ref } from "./flags.ts"
import { scheduleText } from "./words.ts"

/** A run with what became of the broadcast that it began. */
const shownRun = Effect.fnUntraced(function* (run: RunRow) {
  const broadcasts = yield* Broadcasts
  if (run.broadcast === null) return runView(run, undefined)
  const found = yield* broadcasts.find(`b${run.broadcast}`)
  if (Option.isNone(found)) return runView(run, undefined)
  return runView(run, { row: found.value, counts: yield* broadcasts.counts(run.broadcast) })
})

/** `schedule show`: what is sent when, and the last runs with their results. */
export const run = Effect.fn("cli.schedule.show")(function* (args: Args) {
  const { row, runs } = yield* needsOne(
    atProactive(
      Effect.gen(function* () {
        const schedules = yield* Schedules
        const row = yield* theSchedule(ref.read(args), account.read(args))
        const found = yield* schedules.runs(row.id, limit.read(args))
        return { row, runs: yield* Effect.forEach(found, shownRun) }
      })
    )
  )
  const view = scheduleView(row)
  const text = row.parts.flatMap((part) => (part.type === "text" ? [part.text] : "url" in part ? [part.url] : []))
  const outcome: Outcome = {
    json: { ok: true, ...view, text, runs },
    human: [
      scheduleText(view),
      ...text.map((words) => `> ${words.split("\n").map(printable).join("\n> ")}`),
      runs.length === 0
        ? "It has not run yet."
        : table(
            ["DUE", "OUTCOME", "BROADCAST", "STATE", "SENT", "FAILED", "LEFT OUT", "MISSED BEFORE"],
            runs.map((one) => [
              one.dueAt,
              one.outcome,
              one.broadcast ?? "-",
              one.state ?? "-",
              String(one.counts?.sent ?? 0),
              String((one.counts?.dead ?? 0) + (one.counts?.unknown ?? 0)),
              String(one.counts?.skipped ?? 0),
              String(one.missed)
            ])
          )
    ].join("\n")
  }
  return outcome
})
