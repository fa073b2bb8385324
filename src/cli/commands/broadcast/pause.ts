import * as Effect from "effect/Effect"
import type { Args } from "../../Param.ts"
import { changeBroadcast } from "./change.ts"

/** `broadcast pause`: nothing more goes out until it is resumed; what is on its way already arrives. */
export const run = Effect.fn("cli.broadcast.pause")((args: Args) => changeBroadcast(args, "pause"))
