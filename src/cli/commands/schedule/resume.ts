import * as Effect from "effect/Effect"
import type { Args } from "../../Param.ts"
import { changeSchedule } from "./change.ts"

/** `schedule resume`: it is due again from now on. */
export const run = Effect.fn("cli.schedule.resume")((args: Args) => changeSchedule(args, "resume"))
