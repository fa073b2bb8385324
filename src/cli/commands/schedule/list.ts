import * as Effect from "effect/Effect"
import { scheduleView } from "../../../gateway/proactive/views.ts"
import { Schedules } from "../../../journal/proactive/Schedules.ts"
import type { Outcome } from "../../Command.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { atProactive } from "../../proactiveDesk.ts"
import { table } from "../../table.ts"
import { limit } from "../broadcast/flags.ts"
import { toText, whenText } from "./words.ts"

/** `schedule list`: newest first. Without a store there are none. */
export const run = Effect.fn("cli.schedule.list")(function* (args: Args) {
  const rows = yield* atProactive(
    Schedules.use((schedules) => schedules.list({ account: account.read(args), limit: limit.read(args) }))
  ).pipe(
    Effect.catchTag("StoreMissing", () => Effect.succeed([])),
    Effect.map((found) => found.map(scheduleView))
  )
  const outcome: Outcome = {
    json: { schedules: rows },
    human:
      rows.length === 0
        ? "There are no schedules."
        : table(
            ["ID", "NAME", "ACCOUNT", "WHEN", "TO", "STATE", "NEXT"],
            rows.map((row) => [
              row.id,
              row.name ?? "-",
              row.account,
              whenText(row),
              toText(row),
              row.askedAt === null ? row.state : `${row.state}, run asked for`,
              row.nextAt ?? "-"
            ])
          )
  }
  return outcome
})
