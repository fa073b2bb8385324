import * as Effect from "effect/Effect"
import { shownView } from "../../../gateway/queue/rowViews.ts"
import type { Outcome } from "../../Command.ts"
import type { Args } from "../../Param.ts"
import { needsRow, onQueue } from "../../queueDesk.ts"
import { printable, table } from "../../table.ts"
import { id, withText } from "./flags.ts"

/** `queue show`: one row and its evidence. */
export const run = Effect.fn("cli.queue.show")(function* (args: Args) {
  const shown = yield* needsRow(onQueue((queue) => queue.show(id.read(args))))
  const view = shownView(shown, withText.read(args))
  const outcome: Outcome = { json: view, human: lines(view).join("\n") }
  return outcome
})

const lines = (view: ReturnType<typeof shownView>): ReadonlyArray<string> => {
  const { repairs, ...fields } = view
  const tries = "tries" in fields ? fields.tries : []
  const facts = Object.entries(fields).flatMap(([name, value]) =>
    value === null || Array.isArray(value) || value === false || value === 0 ? [] : [[name, String(value)]]
  )
  const [, ...rows] = table(["", ""], facts).split("\n")
  return [
    ...rows,
    ...tries.map(({ detail, n, outcome, startedAt }) =>
      printable(`call ${n}  ${startedAt}  ${outcome ?? "in progress"}${detail === null ? "" : `: ${detail}`}`)
    ),
    ...repairs.map(({ action, at, by, was }) =>
      printable(`${action} by ${by}  ${at}  (was ${was.state}${was.reason === null ? "" : `, ${was.reason}`})`)
    )
  ]
}
