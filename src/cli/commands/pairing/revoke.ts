import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { atDesk, nobodyWithout } from "../../desk.ts"
import { account } from "../../flags.ts"
import { operator } from "../../Operator.ts"
import type { Args } from "../../Param.ts"
import { sender } from "./flags.ts"
import { person, personJson } from "./person.ts"

/** `pairing revoke`: takes a grant away, and a request that waits. */
export const run = Effect.fn("cli.pairing.revoke")(function* (args: Args) {
  const wanted = sender.read(args)
  const by = yield* operator
  const revoked = yield* atDesk((desk) => desk.revoke(wanted, { account: account.read(args), by })).pipe(
    nobodyWithout(`${wanted} was never approved`)
  )
  const outcome: Outcome = {
    json: { ok: true, ...personJson(revoked) },
    human: revoked.granted ? `Revoked the approval of ${person(revoked)}.` : `Took ${person(revoked)} off the list.`
  }
  return outcome
})
