import * as Duration from "effect/Duration"
import type { SecretCommand, SecretLimits } from "./SecretFiles.ts"
import { type KeyPath, keyText } from "./path.ts"
import * as recipe from "./recipe/secrets.ts"
import { providerName, type SecretReference, type SecretSource } from "./recipe/secret.ts"
import type { Report } from "./report.ts"
import { get, inner, type Scope, scopeOf } from "./scope.ts"

/** One place that secrets come from. */
export type Provider =
  | { readonly _tag: "Env"; readonly allowed: ReadonlySet<string> | undefined }
  | {
      readonly _tag: "File"
      readonly path: string
      readonly mode: "json" | "singleValue"
      readonly limits: SecretLimits
    }
  | { readonly _tag: "Exec"; readonly command: SecretCommand; readonly jsonOnly: boolean }
  /** Wrong, and told where the section is checked. */
  | { readonly _tag: "Wrong" }

/** A provider that a reference means, under the name by which people find it. */
export interface Meant {
  readonly name: string
  /** `secrets.providers.NAME`. */
  readonly key: string
  readonly provider: Provider | undefined
}

const tags: Readonly<Record<SecretSource, Provider["_tag"]>> = { env: "Env", file: "File", exec: "Exec" }

const limitsOf = (scope: Scope, bytes: number | undefined): SecretLimits => ({
  maxBytes: bytes ?? 1_048_576,
  timeout: Duration.millis(get(scope, recipe.timeoutMs) ?? 5_000),
  allowInsecure: get(scope, recipe.allowInsecurePath) ?? false
})

const providerOf = (scope: Scope, place: (path: string) => string): Provider => {
  switch (get(scope, recipe.source)) {
    case "env": {
      const allowed = get(scope, recipe.allowlist)
      return { _tag: "Env", allowed: allowed === undefined ? undefined : new Set(allowed) }
    }
    case "file": {
      const path = get(scope, recipe.path)
      if (path === undefined) return { _tag: "Wrong" }
      const limits = limitsOf(scope, get(scope, recipe.maxBytes))
      return { _tag: "File", path: place(path.trim()), mode: get(scope, recipe.mode) ?? "json", limits }
    }
    case "exec": {
      const command = get(scope, recipe.command)
      if (command === undefined) return { _tag: "Wrong" }
      return {
        _tag: "Exec",
        jsonOnly: get(scope, recipe.jsonOnly) ?? true,
        command: {
          command,
          args: get(scope, recipe.args) ?? [],
          env: get(scope, recipe.env) ?? {},
          passEnv: get(scope, recipe.passEnv) ?? [],
          trustedDirs: get(scope, recipe.trustedDirs)?.map(place),
          allowSymlink: get(scope, recipe.allowSymlinkCommand) ?? false,
          ...limitsOf(scope, get(scope, recipe.maxOutputBytes))
        }
      }
    }
    case undefined:
      return { _tag: "Wrong" }
  }
}

/** What a provider of each source cannot do without. */
const needed = { env: undefined, file: recipe.path, exec: recipe.command }

/** What is wrong with the section that no single key shows. */
export const checkProviders = (file: Scope, report: Report): void => {
  for (const [name, { path, value }] of inner(inner(file, recipe.secrets), recipe.providers).entries) {
    if (!providerName.test(name)) {
      report.problem(path, "is not a name for a provider", "Use a small letter, then small letters, digits, _ and -")
    }
    const scope = scopeOf(value, path)
    const source = get(scope, recipe.source)
    const lacks = source === undefined ? undefined : needed[source]
    if (lacks !== undefined && !scope.entries.has(lacks.name)) {
      report.problem([...path, lacks.name], `is missing: a provider with source "${source}" needs it`, "Write it")
    }
  }
}

/** The provider that a reference means. `env` has one called `default` without being told. */
export const providersOf = (file: Scope, place: (path: string) => string): ((of: SecretReference) => Meant) => {
  const section = inner(file, recipe.secrets)
  const standard = inner(section, recipe.defaultProviders)
  const known = inner(section, recipe.providers)
  const found = new Map<string, Provider>()
  for (const [name, { path, value }] of known.entries) found.set(name, providerOf(scopeOf(value, path), place))
  return ({ provider, source }) => {
    const name = provider ?? get(standard, recipe.defaults[source]) ?? "default"
    const path: KeyPath = ["secrets", "providers", name]
    const fallback: Provider | undefined =
      source === "env" && name === "default" ? { _tag: "Env", allowed: undefined } : undefined
    return { name, key: keyText(path), provider: found.get(name) ?? fallback }
  }
}

export const isOfSource = (provider: Provider, source: SecretSource): boolean =>
  provider._tag === tags[source] || provider._tag === "Wrong"
