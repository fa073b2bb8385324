import * as Effect from "effect/Effect"
import type { Args } from "../../Param.ts"
import { changeSchedule } from "./change.ts"

/** `schedule remove`: it is never due again, and its runs are forgotten. */
export const run = Effect.fn("cli.schedule.remove")((args: Args) => changeSchedule(args, "remove"))
