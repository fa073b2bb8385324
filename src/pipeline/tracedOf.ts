import type { Traced } from "../journal/MessageTraces.ts"
import type { OutboxRow } from "../journal/OutboxRow.ts"

const kinds = /:(?:notice|pairing|handoff)$/

/** The message that a row answers, where it answers one: a turn is named by its first message. */
export const answeredBy = ({ account, origin, turn }: Pick<OutboxRow, "account" | "origin" | "turn">) => {
  if (turn === null || !turn.startsWith(`${account}:`)) return undefined
  const id = turn.slice(account.length + 1)
  return origin === "turn" ? id : id.replace(kinds, "")
}

/** Whose trace a send belongs to: its message's, or one for all that was sent by the same command. */
export const tracedOf = (row: OutboxRow): Traced => ({
  account: row.account,
  messageId: answeredBy(row) ?? row.turn ?? `out:${row.id}`
})
