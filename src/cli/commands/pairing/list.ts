import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { atDesk } from "../../desk.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { table } from "../../table.ts"

/** `pairing list`: who waits with a good code. Without a store nobody does. */
export const run = Effect.fn("cli.pairing.list")(function* (args: Args) {
  const of = { account: account.read(args) }
  const { overflow, requests } = yield* atDesk((desk) =>
    Effect.all({ requests: desk.list(of), overflow: desk.overflow(of) })
  ).pipe(Effect.catchTag("StoreMissing", () => Effect.succeed({ requests: [], overflow: [] })))
  const rows = requests.map(({ account, code, createdAt, displayName, expiresAt, senderId }) => ({
    account,
    senderId,
    displayName,
    code,
    createdAt: DateTime.formatIso(createdAt),
    expiresAt: DateTime.formatIso(expiresAt)
  }))
  const human =
    rows.length === 0
      ? "Nobody waits for approval."
      : table(
          ["CODE", "NAME", "SENDER", "ACCOUNT", "EXPIRES"],
          rows.map((row) => [row.code, row.displayName, row.senderId, row.account, row.expiresAt])
        )
  const note = overflow.map(
    ({ account, turnedAway }) =>
      `${account}: the list was full, and ${turnedAway === 1 ? "one message" : `${turnedAway} messages`} of strangers got no code`
  )
  const outcome: Outcome = { json: { requests: rows }, human, ...(note.length === 0 ? {} : { note: note.join("\n") }) }
  return outcome
})
