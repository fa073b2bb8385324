import * as Effect from "effect/Effect"
import { broadcastView, recipientView } from "../../../gateway/proactive/views.ts"
import { Broadcasts } from "../../../journal/proactive/Broadcasts.ts"
import type { Outcome } from "../../Command.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { atProactive, needsOne, theBroadcast } from "../../proactiveDesk.ts"
import { printable } from "../../table.ts"
import { after, failed, limit, ref } from "./flags.ts"
import { broadcastText, recipientTable } from "./words.ts"

/** `broadcast show`: how far it is, and what became of each recipient's message. */
export const run = Effect.fn("cli.broadcast.show")(function* (args: Args) {
  const most = limit.read(args)
  const { broadcast, found, text } = yield* needsOne(
    atProactive(
      Effect.gen(function* () {
        const broadcasts = yield* Broadcasts
        const row = yield* theBroadcast(ref.read(args), account.read(args))
        const filter = { failed: failed.read(args), after: after.read(args), limit: most + 1 }
        return {
          broadcast: broadcastView(row, yield* broadcasts.counts(row.id)),
          found: yield* broadcasts.recipients(row.id, filter),
          text: row.payloads.flatMap((payload) =>
            payload._tag === "Text" ? [payload.text] : payload._tag === "Photo" ? [payload.caption ?? payload.url] : []
          )
        }
      })
    )
  )
  const results = found.slice(0, most).map(recipientView)
  const shown = text.map((words) => `> ${words.split("\n").map(printable).join("\n> ")}`)
  const outcome: Outcome = {
    json: { ok: true, ...broadcast, text, results },
    human: [
      broadcastText(broadcast),
      ...shown,
      ...(results.length === 0 ? [failed.read(args) ? "Nobody failed to get it." : ""] : [recipientTable(results)])
    ]
      .filter((line) => line !== "")
      .join("\n"),
    ...(found.length > most ? { note: `There is more: --after ${results.at(-1)?.n}` } : {})
  }
  return outcome
})
