import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { PairingRepo } from "../access/PairingRepo.ts"
import type { Refusal } from "../access/settle.ts"
import { ChatId } from "../domain/ids.ts"
import type { InboundMessage } from "../domain/Update.ts"
import type { Inbox } from "../journal/Inbox.ts"
import type { InboxRow } from "../journal/InboxRow.ts"
import type { Journal } from "../journal/Journal.ts"
import { MessageTraces } from "../journal/MessageTraces.ts"
import type { LaneSet } from "./Lanes.ts"

/** Ends a message that makes no turn: with a pairing challenge, which may also tell the owners, or with nothing. */
export const makeTurnAway = (
  journal: Journal["Service"],
  inbox: Inbox["Service"],
  pairing: PairingRepo["Service"],
  sends: LaneSet
) =>
  Effect.fnUntraced(function* (row: InboxRow, message: InboundMessage, verdict: Refusal) {
    const now = yield* Clock.currentTimeMillis
    const settled = yield* journal.write(
      Effect.gen(function* () {
        const reason = yield* pairing.settleUnit(message, verdict)
        if (reason !== "judge-again") yield* inbox.endUnit(row, { state: "ignored", reason, now })
        return reason
      })
    )
    if (settled === "judge-again") return
    if (settled === "pairing") {
      yield* sends.wake(row)
      const owners = verdict._tag === "Ask" ? verdict.owners : []
      for (const owner of owners) yield* sends.wake({ account: row.account, chat: ChatId.make(owner) })
    }
    yield* (yield* MessageTraces).note({ outcome: "ignored", reason: settled })
    yield* Effect.logDebug(`no turn: ${settled}`)
  })
