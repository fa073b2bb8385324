import * as Effect from "effect/Effect"
import { Operations } from "../Operations.ts"
import type { Args } from "../Param.ts"
import { Platform } from "../Platform.ts"
import { announcer } from "../announce.ts"
import * as flags from "./flags.ts"

/** `sandbox`: an emulated Zalo, its chat page and a real gateway. */
export const run = Effect.fn("cli.sandbox")(function* (args: Args) {
  const { operations } = yield* Platform
  const report = yield* announcer(args)
  yield* Operations.use((does) =>
    does.sandbox({ port: flags.port.read(args), reset: flags.reset.read(args), report })
  ).pipe(Effect.provide(operations))
  return undefined
})
