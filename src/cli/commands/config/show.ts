import * as Effect from "effect/Effect"
import { checkConfig, orFail } from "../../../gateway/config/load.ts"
import { show } from "../../../gateway/config/show.ts"
import type { Outcome } from "../../Command.ts"
import { config } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"

/** `config show`: the effective configuration, secrets hidden. A secret that cannot be had here is shown as such. */
export const run = Effect.fn("cli.config.show")(function* (args: Args) {
  const { files } = yield* Platform
  const checked = checkConfig({ file: config.read(args), secrets: "optional" })
  const shown = show(yield* orFail(checked).pipe(Effect.provide(files)))
  const outcome: Outcome = { json: shown, human: JSON.stringify(shown, null, 2) }
  return outcome
})
