import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Inbox } from "../journal/Inbox.ts"
import type { Journal } from "../journal/Journal.ts"
import type { Station } from "./stations.ts"

/** Looked at beyond the cap at once; what is over even then is found with the next message. */
const page = 100

/** Gives up messages of a chat that wait beyond the account's cap, each with its reason. The one whose turn it is stays. */
export const queueCap = (journal: Journal["Service"], inbox: Inbox["Service"]): Station =>
  Effect.fnUntraced(function* ({ account, row: head }) {
    const { cap, drop } = account.settings.turns.queue
    if (cap === undefined) return undefined
    const rows = yield* inbox.waiting(head, cap + page)
    const waiting = rows.filter((row) => row.turn === null && row.seq > head.seq)
    const over = waiting.length - cap
    if (over <= 0) return undefined
    const given = drop === "oldest" ? waiting.slice(0, over) : waiting.slice(cap)
    const now = yield* Clock.currentTimeMillis
    yield* journal.write(
      Effect.forEach(given, (row) => inbox.endUnit(row, { state: "ignored", reason: "queue-full", now }), {
        discard: true
      })
    )
    yield* Effect.logWarning(`${given.length} messages were given up: more than ${cap} waited in this chat`)
    return undefined
  })
