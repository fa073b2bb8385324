import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { CommandFailed } from "../../errors.ts"
import type { Args } from "../../Param.ts"
import { printable } from "../../table.ts"
import { only, webhookDesk } from "./ask.ts"
import { checkLine } from "./show.ts"

/** `webhook test`: fails when the call did. */
export const run = Effect.fn("cli.webhook.test")(function* (args: Args) {
  const { account, verification } = yield* only(yield* webhookDesk(args, "test"), "Tested")
  if (!verification.ok) {
    return yield* new CommandFailed({
      code: "webhook-test-failed",
      message: printable(
        `Zalo called the webhook of account "${account}", but ${verification.problem ?? "was not answered"}`
      ),
      details: { account, verification: { ...verification } }
    })
  }
  const outcome: Outcome = {
    json: { ok: true, account, verification },
    human: printable(`Zalo called the webhook of account "${account}" and was ${checkLine(verification)}.`)
  }
  return outcome
})
