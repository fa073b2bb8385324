import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { atDesk, nobodyWithout } from "../../desk.ts"
import { account } from "../../flags.ts"
import { operator } from "../../Operator.ts"
import type { Args } from "../../Param.ts"
import { code, noNotify } from "./flags.ts"
import { person, personJson } from "./person.ts"

/** `pairing approve`: counts for the sender's next message, also in a gateway that runs. */
export const run = Effect.fn("cli.pairing.approve")(function* (args: Args) {
  const wanted = code.read(args)
  const by = yield* operator
  const notify = !noNotify.read(args)
  const approved = yield* atDesk((desk) => desk.approve(wanted, { account: account.read(args), notify, by })).pipe(
    nobodyWithout(`no waiting request has the code ${wanted}`)
  )
  const outcome: Outcome = {
    json: { ok: true, ...personJson(approved), notified: approved.notified },
    human: [
      `Approved ${person(approved)}.`,
      ...(approved.notified ? ["They are told."] : []),
      ...(approved.replayed > 0 ? ["What they wrote while waiting is answered now."] : [])
    ].join(" ")
  }
  return outcome
})
