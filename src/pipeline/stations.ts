import type * as Effect from "effect/Effect"
import type { InboundMessage } from "../domain/Update.ts"
import type { InboxRow } from "../journal/InboxRow.ts"
import type { JournalError } from "../journal/Journal.ts"
import type { AccountRuntime } from "./Accounts.ts"

/** The oldest message of a chat, let in by the gate and on its way to its turn. */
export interface Arrival {
  readonly row: InboxRow
  /** As it was decoded: in a group it still begins with the bot's name. */
  readonly message: InboundMessage
  readonly account: AccountRuntime
}

/**
 * What became of a message at a station. `ended`: its row is settled, and it makes no turn. `waits`: it stays in the journal as it
 * is, and its chat is left alone until the lane is woken.
 */
export type Handled = "ended" | "waits"

/** Looks at each message before its turn is made; undefined lets it pass. */
export type Station = (arrival: Arrival) => Effect.Effect<Handled | undefined, JournalError>
