import * as Effect from "effect/Effect"
import type { Args } from "../../Param.ts"
import { changeSchedule } from "./change.ts"

/** `schedule run`: once now, out of turn. */
export const run = Effect.fn("cli.schedule.run")((args: Args) => changeSchedule(args, "run"))
