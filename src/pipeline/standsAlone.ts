import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { InboundMessage } from "../domain/Update.ts"
import type { Accounts } from "./Accounts.ts"
import { resets } from "./newSession.ts"
import { optWord } from "./optOut.ts"

/** Whether a message is a word to the runtime itself: it is never part of another message's turn. */
export const standsAlone = (accounts: Accounts["Service"]) =>
  Effect.fnUntraced(function* (message: InboundMessage) {
    const account = yield* accounts.get(message.account)
    if (Option.isNone(account)) return false
    if (optWord(message, account.value.settings.proactive.optOut) !== undefined) return true
    return yield* resets(message, account.value)
  })
