import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { atDesk, nobodyWithout } from "../../desk.ts"
import { account } from "../../flags.ts"
import { operator } from "../../Operator.ts"
import type { Args } from "../../Param.ts"
import { code } from "./flags.ts"
import { person, personJson } from "./person.ts"

/** `pairing decline`: the sender is not told, and gets a new code with the next message. */
export const run = Effect.fn("cli.pairing.decline")(function* (args: Args) {
  const wanted = code.read(args)
  const by = yield* operator
  const declined = yield* atDesk((desk) => desk.decline(wanted, { account: account.read(args), by })).pipe(
    nobodyWithout(`no waiting request has the code ${wanted}`)
  )
  const outcome: Outcome = {
    json: { ok: true, ...personJson(declined) },
    human: `Declined ${person(declined)}. If they write again they get a new code; "pairing block" ends that.`
  }
  return outcome
})
