import * as Effect from "effect/Effect"
import { grantsCsv } from "../../../access/grantsFile.ts"
import type { Outcome } from "../../Command.ts"
import { atDesk } from "../../desk.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { format } from "./flags.ts"
import { grantJson } from "./json.ts"

/** `access export`: everybody who was let in, as a file that `access import` takes. Without a store nobody was. */
export const run = Effect.fn("cli.access.export")(function* (args: Args) {
  const grants = yield* atDesk((desk) => desk.grants({ account: account.read(args) })).pipe(
    Effect.catchTag("StoreMissing", () => Effect.succeed([]))
  )
  const json = { grants: grants.map(grantJson) }
  const outcome: Outcome = { json, human: format.read(args) === "json" ? JSON.stringify(json) : grantsCsv(grants) }
  return outcome
})
