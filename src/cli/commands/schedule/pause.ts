import * as Effect from "effect/Effect"
import type { Args } from "../../Param.ts"
import { changeSchedule } from "./change.ts"

/** `schedule pause`: it is not due until it is resumed. */
export const run = Effect.fn("cli.schedule.pause")((args: Args) => changeSchedule(args, "pause"))
