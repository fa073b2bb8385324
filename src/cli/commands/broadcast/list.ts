import * as Effect from "effect/Effect"
import { broadcastView } from "../../../gateway/proactive/views.ts"
import { Broadcasts } from "../../../journal/proactive/Broadcasts.ts"
import type { Outcome } from "../../Command.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { atProactive } from "../../proactiveDesk.ts"
import { table } from "../../table.ts"
import { limit } from "./flags.ts"

/** `broadcast list`: newest first. Without a store there are none. */
export const run = Effect.fn("cli.broadcast.list")(function* (args: Args) {
  const rows = yield* atProactive(
    Effect.gen(function* () {
      const broadcasts = yield* Broadcasts
      const found = yield* broadcasts.list({ account: account.read(args), limit: limit.read(args) })
      return yield* Effect.forEach(found, (row) =>
        Effect.map(broadcasts.counts(row.id), (counts) => broadcastView(row, counts))
      )
    })
  ).pipe(Effect.catchTag("StoreMissing", () => Effect.succeed([])))
  const outcome: Outcome = {
    json: { broadcasts: rows },
    human:
      rows.length === 0
        ? "There are no broadcasts."
        : table(
            ["ID", "NAME", "ACCOUNT", "STATE", "SENT", "OF", "FAILED", "LEFT OUT", "CREATED"],
            rows.map((row) => [
              row.id,
              row.name ?? (row.schedule === null ? "-" : `(${row.schedule})`),
              row.account,
              row.reason === null ? row.state : `${row.state} (${row.reason})`,
              String(row.counts.sent),
              String(row.recipients),
              String(row.counts.unknown + row.counts.dead),
              String(row.counts.skipped),
              row.createdAt
            ])
          )
  }
  return outcome
})
