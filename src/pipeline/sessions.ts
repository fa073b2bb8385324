import * as Effect from "effect/Effect"
import type { AccountSettings } from "../domain/Account.ts"
import type { MessageId } from "../domain/ids.ts"
import type { Turn } from "../domain/Turn.ts"
import type { InboundMessage } from "../domain/Update.ts"
import type { JournalError } from "../journal/Journal.ts"
import { sessionStore, type SessionStore } from "../journal/sessionStore.ts"

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
    nameAfter: (session: string, message: MessageId): string => `${session}@${message}`,
    /** It is committed. */
    started: (session: string, name: string): void => void current.set(session, name)
  }
})
