import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { withoutMention } from "../access/mention.ts"
import { turnId } from "../domain/ids.ts"
import type { AccountRuntime } from "./Accounts.ts"
import type { InboundMessage } from "../domain/Update.ts"
import type { Group } from "./groups.ts"
import type { Replies } from "./replies.ts"
import { asksForNewSession, type Sessions } from "./sessions.ts"
import type { Station } from "./stations.ts"
import { sessionOf } from "./turnOf.ts"

/** Whether a message asks for a new session, the bot's name taken off it. */
export const resets = Effect.fnUntraced(function* (message: InboundMessage, { botName, settings }: AccountRuntime) {
  return asksForNewSession(withoutMention(message, yield* botName), settings)
})

/** The session ends here: nobody is asked, and the next message begins another. */
export const newSession = (sessions: Sessions, replies: Replies): Station =>
  Effect.fnUntraced(function* ({ account, message, row }) {
    if (!(yield* resets(message, account))) return undefined
    const group: Group = { id: turnId(row.account, row.messageId), members: [{ row, message }] }
    const next = sessions.after(sessionOf(message, account.settings.dmScope), row, yield* Clock.currentTimeMillis)
    const told = replies.notice(group, account, "newSession")
    yield* replies.end(group, { state: "done", reason: "new-session" }, told, next.unit)
    next.committed()
    return "ended" as const
  })
