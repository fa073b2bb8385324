import * as Effect from "effect/Effect"
import type { Args } from "../../Param.ts"
import { changeBroadcast } from "./change.ts"

/** `broadcast cancel`: whoever has not got it will not. */
export const run = Effect.fn("cli.broadcast.cancel")((args: Args) => changeBroadcast(args, "cancel"))
