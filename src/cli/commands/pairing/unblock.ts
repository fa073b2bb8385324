import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { atDesk, nobodyWithout } from "../../desk.ts"
import { account } from "../../flags.ts"
import { operator } from "../../Operator.ts"
import type { Args } from "../../Param.ts"
import { sender } from "./flags.ts"
import { person, personJson } from "./person.ts"

/** `pairing unblock`: the sender is heard again as the policy has it; an approval does not come back. */
export const run = Effect.fn("cli.pairing.unblock")(function* (args: Args) {
  const wanted = sender.read(args)
  const by = yield* operator
  const unblocked = yield* atDesk((desk) => desk.unblock(wanted, { account: account.read(args), by })).pipe(
    nobodyWithout(`${wanted} is not blocked`)
  )
  const outcome: Outcome = { json: { ok: true, ...personJson(unblocked) }, human: `Unblocked ${person(unblocked)}.` }
  return outcome
})
