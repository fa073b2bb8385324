import * as Effect from "effect/Effect"
import type { AgentBridge } from "../agent/AgentBridge.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { Turn } from "../domain/Turn.ts"
import type { InboundMessage } from "../domain/Update.ts"
import type { InboxRow } from "../journal/InboxRow.ts"
import type { JournalError } from "../journal/Journal.ts"
import { sessionStore, type SessionStore, type Unit } from "../journal/sessionStore.ts"
import type { Group } from "./groups.ts"

/** Whether a message asks for a new session: nothing but one of the words. The bot's name is already taken off it. */
export const asksForNewSession = (
  { content }: InboundMessage,
  { resetTriggers }: Pick<AccountSettings, "resetTriggers">
): boolean => content._tag === "Text" && resetTriggers.includes(content.text.trim().toLowerCase())

/**
 * Sessions that can be begun anew. One that was goes on under another name, made of its own and the id of the message that
 * asked for it: an agent that keeps a memory by session begins anew as well.
 */
export const makeSessions = Effect.gen(function* () {
  const store: SessionStore = yield* sessionStore
  // Few are ever begun anew, and only this process does it.
  const current = new Map<string, string>()
  let loaded = false

  const load = Effect.gen(function* () {
    for (const [session, name] of yield* store.starts) if (!current.has(session)) current.set(session, name)
    loaded = true
  })

  return {
    store,
    /** The turn in its session of now. */
    enter: (turn: Turn): Effect.Effect<Turn, JournalError> => {
      const entered = () => {
        const session = current.get(turn.session)
        return session === undefined ? turn : { ...turn, session }
      }
      return loaded ? Effect.sync(entered) : Effect.map(load, entered)
    },
    /** Notes what was said, for an agent that is told of it later; others cost nothing. */
    noteOf: (turn: Turn, { members }: Group, agent: AgentBridge["Service"]): Unit | undefined =>
      agent.remembers === true
        ? store.noteUnit(
            turn.session,
            turn.turnId,
            members.map(({ row }) => row.seq)
          )
        : undefined,
    /** What a message makes of its session: SQL, and what to call once that is committed. */
    after: (session: string, { messageId }: InboxRow, now: number) => {
      const name = `${session}@${messageId}`
      return { unit: store.startUnit(session, name, now), committed: (): void => void current.set(session, name) }
    }
  }
})

export type Sessions = Effect.Success<typeof makeSessions>
