import * as Effect from "effect/Effect"
import type { Args } from "../../Param.ts"

export const run = (_args: Args) => Effect.succeed({ json: {}, human: "" })
