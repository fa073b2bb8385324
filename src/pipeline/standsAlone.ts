import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { InboundMessage } from "../domain/Update.ts"
import type { InboxRow } from "../journal/InboxRow.ts"
import type { AccountRuntime, Accounts } from "./Accounts.ts"
import { resets } from "./newSession.ts"
import { optWord } from "./optOut.ts"
import { wordOf } from "./ownerWord.ts"
import type { Throttle } from "./throttle.ts"

/** Whether a message is a word to the runtime itself, or one too many: it is never part of another message's turn. */
export const standsAlone = (
  accounts: Accounts["Service"],
  throttle: Throttle,
  /** Whether it asks for a person. */
  asks: (message: InboundMessage, account: AccountRuntime) => Effect.Effect<boolean>
) =>
  Effect.fnUntraced(function* (row: InboxRow, message: InboundMessage) {
    const account = yield* accounts.get(message.account)
    if (Option.isNone(account)) return false
    if (optWord(message, account.value.settings.proactive.optOut) !== undefined) return true
    const arrival = { row, message, account: account.value }
    if (wordOf(arrival) !== undefined || throttle.exceeds(arrival)) return true
    return (yield* resets(message, account.value)) || (yield* asks(message, account.value))
  })
