import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { SecretInput, SecretReference } from "./recipe/secret.ts"

/** A secret that was looked for. `from` and `message` name places, never values. */
export type Resolved =
  | { readonly _tag: "Available"; readonly value: Redacted.Redacted; readonly from: string }
  | { readonly _tag: "Unavailable"; readonly message: string; readonly remedy: string }

/** Where references lead while one configuration is read. */
export class Secrets extends Context.Service<
  Secrets,
  { lookUp(reference: SecretReference): Effect.Effect<Resolved> }
>()("zalo-effect/gateway/Secrets") {}

/**
 * Looks a secret up. A reference that cannot be resolved ends the search: it never falls through to another source
 * (`reference-behaviour.md` §1.3). `from` is what to say of a value that stands there itself.
 */
export const resolve = (input: SecretInput, from: string): Effect.Effect<Resolved, never, Secrets> => {
  switch (input._tag) {
    case "Value":
      return Effect.succeed({ _tag: "Available", value: input.value, from })
    case "Unsupported":
      return Effect.succeed({
        _tag: "Unavailable",
        message: `is a secret reference with source "${input.source}", which is OpenClaw's own and cannot be read here`,
        remedy: 'Use "${NAME}" of a variable, a tokenFile, or a reference with source "env", "file" or "exec"'
      })
    case "Reference":
      return Secrets.use((secrets) => secrets.lookUp(input))
  }
}

/** How it is told that something is written, but not to be had here (`reference-behaviour.md` §1.3). */
export const unavailable = (message: string): string => `is configured, unavailable: it ${message}`
