import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { variable } from "./environment.ts"
import type { SecretInput } from "./recipe/secret.ts"

/** A secret that was looked for. `from` and `message` name places, never values. */
export type Resolved =
  | { readonly _tag: "Available"; readonly value: Redacted.Redacted; readonly from: string }
  | { readonly _tag: "Unavailable"; readonly message: string; readonly remedy: string }

/**
 * Looks a secret up. A reference that cannot be resolved ends the search: it never falls through to another source
 * (`reference-behaviour.md` §1.3). `from` is what to say of a value that stands there itself.
 */
export const resolve = (input: SecretInput, from: string): Effect.Effect<Resolved> => {
  switch (input._tag) {
    case "Value":
      return Effect.succeed({ _tag: "Available", value: input.value, from })
    case "Unsupported":
      return Effect.succeed({
        _tag: "Unavailable",
        message: `is a secret reference with source "${input.source}", which is not supported yet`,
        remedy: 'Use {source: "env", id: "NAME"}, "${NAME}", or a tokenFile'
      })
    case "Env":
      return Effect.map(variable(input.name), (value) => {
        const trimmed = value?.trim() ?? ""
        return trimmed === ""
          ? {
              _tag: "Unavailable",
              message: `names the variable ${input.name}, which is not set`,
              remedy: `Set ${input.name} where this command runs`
            }
          : {
              _tag: "Available",
              value: Redacted.make(trimmed, { label: "secret" }),
              from: `the variable ${input.name}`
            }
      })
  }
}
