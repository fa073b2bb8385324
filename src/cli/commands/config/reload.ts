import * as Effect from "effect/Effect"
import { formatProblem } from "../../../gateway/config/problems.ts"
import type { Outcome } from "../../Command.ts"
import { config } from "../../flags.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"

/** `config reload`: a gateway that runs looks for changes by itself; this does not wait for that, and says what came of it. */
export const run = Effect.fn("cli.config.reload")(function* (args: Args) {
  const { operations } = yield* Platform
  const standing = yield* Operations.use((does) => does.reload({ file: config.read(args) })).pipe(
    Effect.provide(operations)
  )
  const { ok, problems, restart } = standing
  const lines = [...problems.map(formatProblem), ...restart.map((key) => `${key} was changed: that needs a restart`)]
  const outcome: Outcome = {
    json: standing,
    human: ok
      ? "The gateway has read its configuration."
      : "The configuration cannot be used as it is now: the gateway goes on with the last good one.",
    ...(lines.length === 0 ? {} : { note: lines.join("\n") }),
    exit: ok ? 0 : 2
  }
  return outcome
})
