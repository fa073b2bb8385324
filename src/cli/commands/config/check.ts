import * as Effect from "effect/Effect"
import { checkConfig } from "../../../gateway/config/load.ts"
import { formatProblem } from "../../../gateway/config/problems.ts"
import type { Outcome } from "../../Command.ts"
import { config } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"

/** `config check`: everything that is wrong at once. Exit 2 when anything is. */
export const run = Effect.fn("cli.config.check")(function* (args: Args) {
  const { files } = yield* Platform
  const checked = yield* checkConfig({ file: config.read(args) }).pipe(Effect.provide(files))
  const { ok, problems, warnings } = checked
  const lines = [
    ...problems.map((problem) => formatProblem(problem)),
    ...warnings.map((warning) => `warning: ${formatProblem(warning)}`)
  ]
  const outcome: Outcome = {
    json: { ok, problems, warnings },
    human: ok
      ? `The configuration is fine${checked.config?.source.file === undefined ? "" : `: ${checked.config.source.file}`}.`
      : `${problems.length === 1 ? "One problem" : `${problems.length} problems`} in the configuration.`,
    ...(lines.length === 0 ? {} : { note: lines.join("\n") }),
    exit: ok ? 0 : 2
  }
  return outcome
})
