import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/**
 * Who types the commands, for the audit: `cli:USER@HOST`. The entry says it, because only it knows the machine; asked for when
 * something is decided.
 */
export const Operator = Context.Reference<Effect.Effect<string>>("zalo-effect/cli/Operator", {
  defaultValue: () => Effect.succeed("cli")
})

/** The name of who types this command. */
export const operator: Effect.Effect<string> = Effect.flatten(Operator)
