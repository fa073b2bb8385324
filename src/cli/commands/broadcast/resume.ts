import * as Effect from "effect/Effect"
import type { Args } from "../../Param.ts"
import { changeBroadcast } from "./change.ts"

/** `broadcast resume`: goes on where it stopped. One that stopped at the quota may use what is kept for replies. */
export const run = Effect.fn("cli.broadcast.resume")((args: Args) => changeBroadcast(args, "resume"))
