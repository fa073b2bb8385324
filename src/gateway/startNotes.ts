import * as Effect from "effect/Effect"
import { formatProblem } from "./config/problems.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"

/** Says what an operator should know of the configuration before the accounts begin. */
export const startNotes = (options: { readonly embeddedAgent: boolean }): Effect.Effect<void, never, ZaloConfig> =>
  Effect.gen(function* () {
    const { warnings, agentConfigured, disabled } = yield* ZaloConfig
    for (const warning of warnings) yield* Effect.logWarning(formatProblem(warning))
    for (const account of disabled) yield* Effect.logInfo(`account ${account.id} does not run: ${account.reason}`)
    if (!agentConfigured && !options.embeddedAgent) {
      yield* Effect.logWarning(
        "no agent is configured, so the bot echoes what it hears: set agent in the configuration"
      )
    }
  })
