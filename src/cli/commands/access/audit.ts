import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { atDesk } from "../../desk.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { table } from "../../table.ts"
import { sinceOf } from "../since.ts"
import * as flags from "./flags.ts"

/** `access audit`: who decided what about whom, when and how, newest first. Without a store nothing was decided. */
export const run = Effect.fn("cli.access.audit")(function* (args: Args) {
  const of = {
    account: account.read(args),
    sender: flags.sender.read(args),
    since: yield* sinceOf(args),
    limit: flags.limit.read(args)
  }
  const found = yield* atDesk((desk) => desk.audit(of)).pipe(Effect.catchTag("StoreMissing", () => Effect.succeed([])))
  const entries = found.map((entry) => ({
    at: DateTime.formatIso(entry.at),
    account: entry.account,
    senderId: entry.senderId,
    displayName: entry.displayName,
    action: entry.action,
    by: entry.by,
    how: entry.how,
    code: entry.code
  }))
  const human =
    entries.length === 0
      ? "Nothing was decided."
      : table(
          ["TIME", "ACTION", "NAME", "SENDER", "ACCOUNT", "BY", "HOW", "CODE"],
          entries.map((one) => [
            one.at,
            one.action,
            one.displayName,
            one.senderId,
            one.account,
            one.by,
            one.how,
            one.code ?? "-"
          ])
        )
  const outcome: Outcome = { json: { entries }, human }
  return outcome
})
