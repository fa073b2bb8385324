import type * as Schema from "effect/Schema"
import type { KeyPath } from "../path.ts"
import { isObject } from "../scope.ts"

/** What is shown in a secret's stead. */
export const mask = "***"

const secretNames = new Set(["botToken", "webhookSecret", "apiKey", "token", "proxy"])
/** Sections of which every text is one. */
const secretSections = new Set(["headers", "env"])

export const isSecretPath = (path: KeyPath): boolean => {
  const last = path.at(-1)
  return (
    (typeof last === "string" && secretNames.has(last)) ||
    path.some((part) => typeof part === "string" && secretSections.has(part))
  )
}

/** `"${NAME}"` and `"$NAME"` name a place and are no secrets. */
export const isShorthand = (text: string): boolean => /^\s*\$(?:\{[A-Z][A-Z0-9_]*\}|[A-Z][A-Z0-9_]*)\s*$/.test(text)

/** The secrets that stand in a file themselves. */
export const secretsIn = (value: unknown, path: KeyPath = []): ReadonlyArray<string> => {
  if (typeof value === "string") {
    return value.trim() !== "" && isSecretPath(path) && !isShorthand(value) ? [value] : []
  }
  if (Array.isArray(value)) return value.flatMap((one: unknown, index) => secretsIn(one, [...path, index]))
  if (!isObject(value)) return []
  // The parts of a reference are names.
  if (isSecretPath(path) && "source" in value && "id" in value) return []
  return Object.entries(value).flatMap(([name, one]) => secretsIn(one, [...path, name]))
}

const escaped = (secret: string): ReadonlyArray<string> => {
  const json = JSON.stringify(secret).slice(1, -1)
  return [...new Set([secret, json, json.replaceAll('\\"', '"').replaceAll("'", "\\'")])]
}

/** The text of a file with secrets hidden. Those that were not known before are told apart, so that a change is seen. */
export const hideSecrets = (
  text: string,
  secrets: ReadonlyArray<string>,
  known: ReadonlyArray<string> = secrets
): string =>
  secrets
    .toSorted((a, b) => b.length - a.length)
    .reduce(
      (done, secret) =>
        escaped(secret).reduce(
          (now, form) => now.replaceAll(form, known.includes(secret) ? mask : `${mask} (new)`),
          done
        ),
      text
    )

/** A value as it may be shown: references as they are, other secrets hidden. */
export const shown = (value: unknown, path: KeyPath): Schema.Json => {
  if (value === null || typeof value === "boolean") return value
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value)
  if (typeof value === "string") return isSecretPath(path) && value !== "" && !isShorthand(value) ? mask : value
  if (Array.isArray(value)) return value.map((one: unknown, index) => shown(one, [...path, index]))
  if (!isObject(value)) return null
  const isReference = isSecretPath(path) && "source" in value && "id" in value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, shown(one, isReference ? [name] : [...path, name])])
  )
}
