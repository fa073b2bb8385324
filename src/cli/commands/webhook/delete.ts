import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { CommandFailed, UsageError } from "../../errors.ts"
import type { Args } from "../../Param.ts"
import { askYes } from "../../questions.ts"
import { Terminal } from "../../Terminal.ts"
import { only, webhookDesk } from "./ask.ts"
import { yes } from "./flags.ts"

const again = (account: string): string =>
  `the gateway that runs for "${account}" will set it again within 5 minutes: switch the account to polling first (setup --polling)`

/** `webhook delete`: Zalo delivers nothing any more, so it asks. */
export const run = Effect.fn("cli.webhook.delete")(function* (args: Args) {
  if (!yes.read(args)) {
    const terminal = yield* Terminal
    if (!terminal.interactive) {
      return yield* new UsageError({
        problem: "--yes is missing: without its webhook a bot hears nothing, unless it polls",
        hint: "See zalo-effect webhook delete --help"
      })
    }
    if (!(yield* askYes("Take the webhook away? Without it the bot hears nothing, unless it polls.", false))) {
      return yield* new CommandFailed({ code: "declined", message: "nothing was changed" })
    }
  }
  const { account, comesBack, existed } = yield* only(yield* webhookDesk(args, "delete"), "Deleted")
  const outcome: Outcome = {
    json: { ok: true, account, existed, comesBack },
    human: existed ? `The webhook of account "${account}" is gone.` : `Account "${account}" had no webhook.`,
    ...(comesBack ? { note: again(account) } : {})
  }
  return outcome
})
