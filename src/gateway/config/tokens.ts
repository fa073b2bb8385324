import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Environment } from "./environment.ts"
import { type KeyPath, keyText } from "./path.ts"
import { botToken, tokenFile } from "./recipe/account.ts"
import { type Scope, find, has } from "./scope.ts"
import { SecretFiles } from "./SecretFiles.ts"
import { resolve, type Secrets } from "./secrets.ts"

/** An account's bot token, or why there is none. */
export type TokenState =
  | { readonly _tag: "Available"; readonly token: Redacted.Redacted; readonly from: string; readonly path: KeyPath }
  /** Configured, but not to be had here: never replaced by another source. */
  | { readonly _tag: "Unavailable"; readonly path: KeyPath; readonly message: string; readonly remedy: string }
  | { readonly _tag: "Missing" }

/** The variable that holds the token of `default`. */
export const environmentToken = "ZALO_BOT_TOKEN"

const missing: TokenState = { _tag: "Missing" }

const fromKey = Effect.fnUntraced(function* (scope: Scope): Effect.fn.Return<TokenState, never, Secrets> {
  const found = find(scope, botToken)
  if (found === undefined) return missing
  if (found.value._tag === "Value" && Redacted.value(found.value.value) === "") return missing
  const resolved = yield* resolve(found.value, keyText(found.path))
  return resolved._tag === "Available"
    ? { _tag: "Available", token: resolved.value, from: resolved.from, path: found.path }
    : { ...resolved, path: found.path }
})

const fromFile = Effect.fnUntraced(function* (
  scope: Scope,
  place: (path: string) => string
): Effect.fn.Return<TokenState, never, SecretFiles> {
  const found = find(scope, tokenFile)
  if (found === undefined || found.value.trim() === "") return missing
  const files = yield* SecretFiles
  const file = place(found.value.trim())
  return yield* files.read(file).pipe(
    Effect.match({
      onSuccess: (token): TokenState => ({ _tag: "Available", token, from: keyText(found.path), path: found.path }),
      onFailure: (error): TokenState => ({
        _tag: "Unavailable",
        path: found.path,
        message: `names a file that ${error.message}`,
        remedy: `Put the token alone into a regular file that this user may read: ${file}`
      })
    })
  )
})

/** The order of `reference-behaviour.md` §1.3: own key, own file, the top's key and file, then the variable for `default`. */
export const resolveToken = Effect.fnUntraced(function* (options: {
  readonly id: string
  readonly own: Scope
  readonly top: Scope
  readonly environment: Environment
  /** Where a path of the configuration lies on disk. */
  readonly place: (path: string) => string
}): Effect.fn.Return<TokenState, never, SecretFiles | Secrets> {
  const { own, top, place } = options
  const sources = [fromKey(own), fromFile(own, place)]
  // An own key, even an empty one, says that the top's token is not meant.
  if (!has(own, botToken)) sources.push(fromKey(top), fromFile(top, place))
  for (const source of sources) {
    const state = yield* source
    if (state._tag !== "Missing") return state
  }
  const { token } = options.environment
  if (options.id !== "default" || token === undefined) return missing
  return { _tag: "Available", token, from: environmentToken, path: [environmentToken] }
})
