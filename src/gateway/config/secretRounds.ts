import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { variable } from "./environment.ts"
import { fetchFrom } from "./fetchSecrets.ts"
import { isOfSource, type Meant, type Provider, providersOf } from "./providers.ts"
import type { SecretReference } from "./recipe/secret.ts"
import { scopeOf } from "./scope.ts"
import type { SecretFiles } from "./SecretFiles.ts"
import { type Resolved, Secrets } from "./secrets.ts"

const fromVariable = Effect.fnUntraced(function* (
  id: string,
  { allowed }: Extract<Provider, { readonly _tag: "Env" }>,
  key: string
): Effect.fn.Return<Resolved> {
  if (allowed !== undefined && !allowed.has(id)) {
    return {
      _tag: "Unavailable",
      message: `names the variable ${id}, which ${key}.allowlist does not hold`,
      remedy: `Add ${id} to the list, or name another variable`
    }
  }
  const trimmed = (yield* variable(id))?.trim() ?? ""
  if (trimmed === "") {
    return {
      _tag: "Unavailable",
      message: `names the variable ${id}, which is not set`,
      remedy: `Set ${id} where this command runs`
    }
  }
  return { _tag: "Available", value: Redacted.make(trimmed, { label: "secret" }), from: `the variable ${id}` }
})

const nobody = ({ source }: SecretReference, { key, name, provider }: Meant): Resolved =>
  provider === undefined
    ? {
        _tag: "Unavailable",
        message: `names the secret provider "${name}", which does not exist`,
        remedy: `Write ${key}: {source: "${source}", …}`
      }
    : {
        _tag: "Unavailable",
        message: `asks the secret provider "${name}" for source "${source}", but ${key}.source is another`,
        remedy: "Make both the same"
      }

/** Stands for a secret that is yet to be fetched. What is made of it is thrown away. */
const pending: Resolved = {
  _tag: "Available",
  value: Redacted.make("0:pending-secret", { label: "secret" }),
  from: "pending"
}

/** What is to be had from one provider, each id once. */
interface Wanted {
  readonly meant: Meant
  readonly ids: Set<string>
}

/**
 * Gives `build` the secrets that it asks for. Files and programs are asked for all of theirs at once: a first run of `build`
 * says what is wanted, a second one gets it, so that nothing is fetched that nobody uses.
 */
export const withSecrets = Effect.fnUntraced(function* <A, R>(
  value: unknown,
  place: (path: string) => string,
  build: Effect.Effect<A, never, R | Secrets>
): Effect.fn.Return<A, never, Exclude<R, Secrets> | SecretFiles> {
  const meant = providersOf(scopeOf(value, []), place)
  const wanted = new Map<string, Wanted>()

  const lookUp =
    (outside: (of: Meant, id: string) => Resolved) =>
    (reference: SecretReference): Effect.Effect<Resolved> => {
      const found = meant(reference)
      const { key, provider } = found
      if (provider === undefined || !isOfSource(provider, reference.source)) {
        return Effect.succeed(nobody(reference, found))
      }
      if (provider._tag === "Env") return fromVariable(reference.id, provider, key)
      return Effect.succeed(outside(found, reference.id))
    }

  const first = yield* Effect.provideService(build, Secrets, {
    lookUp: lookUp((of, id) => {
      const { ids } = wanted.get(of.name) ?? { ids: new Set<string>() }
      wanted.set(of.name, { meant: of, ids: ids.add(id) })
      return pending
    })
  })
  if (wanted.size === 0) return first
  const fetched = new Map(
    yield* Effect.forEach(
      wanted,
      ([name, { ids, meant }]) => Effect.map(fetchFrom(meant, [...ids]), (got) => [name, got] as const),
      { concurrency: 4 }
    )
  )
  return yield* Effect.provideService(build, Secrets, {
    lookUp: lookUp((of, id) => fetched.get(of.name)?.get(id) ?? pending)
  })
})
