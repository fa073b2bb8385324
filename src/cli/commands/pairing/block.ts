import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { atDesk, nobodyWithout } from "../../desk.ts"
import { account } from "../../flags.ts"
import { operator } from "../../Operator.ts"
import type { Args } from "../../Param.ts"
import { sender } from "./flags.ts"
import { person, personJson } from "./person.ts"

/** `pairing block`: takes the grant away too. */
export const run = Effect.fn("cli.pairing.block")(function* (args: Args) {
  const wanted = sender.read(args)
  const by = yield* operator
  const blocked = yield* atDesk((desk) => desk.block(wanted, { account: account.read(args), by })).pipe(
    nobodyWithout(`${wanted} cannot be blocked`)
  )
  const outcome: Outcome = { json: { ok: true, ...personJson(blocked) }, human: `Blocked ${person(blocked)}.` }
  return outcome
})
