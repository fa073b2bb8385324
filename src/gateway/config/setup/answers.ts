import type * as Schema from "effect/Schema"
import { everyone } from "../../../access/entries.ts"
import { type Edit, set, unset } from "../edit/apply.ts"
import * as recipe from "../recipe/account.ts"
import type { SecretSource } from "../recipe/secret.ts"
import { get } from "../scope.ts"
import { scopeOf } from "../scope.ts"
import { normalizePath } from "../transport.ts"
import type { Place } from "./place.ts"

/** How a secret is given: itself, or where it lies. */
export type SecretChoice =
  | { readonly _tag: "Value"; readonly text: string }
  | { readonly _tag: "Variable"; readonly name: string }
  | { readonly _tag: "File"; readonly path: string }
  | { readonly _tag: "Reference"; readonly source: SecretSource; readonly provider: string; readonly id: string }

export type TransportChoice =
  | { readonly _tag: "Polling" }
  | {
      readonly _tag: "Webhook"
      readonly url: string
      /** As it is written; undefined keeps the one that is there. */
      readonly secret: Schema.Json | undefined
      /** Undefined: the path of the address. */
      readonly path: string | undefined
    }

/** What was answered about one account. What is left out stays as it is. */
export interface Answers {
  readonly token?: SecretChoice | undefined
  readonly transport?: TransportChoice | undefined
  readonly dmPolicy?: "pairing" | "allowlist" | "open" | "disabled" | undefined
  readonly allowFrom?: ReadonlyArray<string> | undefined
  /** The whole section. */
  readonly agent?: Schema.Json | undefined
  readonly language?: "vi" | "en" | undefined
  readonly name?: string | undefined
}

/** A secret as the file writes it; a file is another key's business. */
export const written = (choice: Exclude<SecretChoice, { readonly _tag: "File" }>): Schema.Json => {
  switch (choice._tag) {
    case "Value":
      return choice.text
    case "Variable":
      return `\${${choice.name}}`
    case "Reference":
      return { source: choice.source, provider: choice.provider, id: choice.id }
  }
}

/** One source; whatever else could win over it, or be taken for it, goes. */
const tokenEdits = ({ token }: Place, choice: SecretChoice): ReadonlyArray<Edit> => {
  const key = [...token.section, recipe.botToken.name]
  const file = [...token.section, recipe.tokenFile.name]
  const cleared = token.stale.map((path) => unset(path))
  return choice._tag === "File"
    ? [set(file, choice.path), unset(key), ...cleared]
    : [set(key, written(choice)), unset(file), ...cleared]
}

const pathEdit = (place: Place, url: string, path: string | undefined): Edit => {
  const at = place.pathOf(recipe.webhookPath.name)
  if (path !== undefined) return set(at, path)
  // An inherited path would win over the one of the address.
  return place.inherits(recipe.webhookPath.name) ? set(at, normalizePath(URL.parse(url)?.pathname ?? "/")) : unset(at)
}

const transportEdits = (place: Place, choice: TransportChoice): ReadonlyArray<Edit> => {
  const url = place.pathOf(recipe.webhookUrl.name)
  const secret = place.pathOf(recipe.webhookSecret.name)
  if (choice._tag === "Webhook") {
    return [
      set(url, choice.url),
      ...(choice.secret === undefined ? [] : [set(secret, choice.secret)]),
      pathEdit(place, choice.url, choice.path)
    ]
  }
  return [
    // Blank is polling, where an address would be inherited.
    place.inherits(recipe.webhookUrl.name) ? set(url, "") : unset(url),
    unset(secret),
    unset(place.pathOf(recipe.webhookPath.name))
  ]
}

/** The list that goes with a policy: open needs everyone in it, and nothing else may have that left over. */
const allowEdits = (place: Place, answers: Answers): ReadonlyArray<Edit> => {
  const { allowFrom, dmPolicy } = answers
  const there = place.current(recipe.allowFrom.name)
  const now = get(scopeOf({ allowFrom: there?.value }, []), recipe.allowFrom) ?? []
  const wanted = allowFrom ?? now
  const open = dmPolicy === "open"
  const list =
    open && !wanted.includes(everyone)
      ? [...wanted, everyone]
      : dmPolicy !== undefined && !open && allowFrom === undefined
        ? wanted.filter((entry) => entry !== everyone)
        : wanted
  const same = list.length === now.length && list.every((entry, index) => entry === now[index])
  return same ? [] : [set(place.pathOf(recipe.allowFrom.name), list)]
}

/** The changes that make the answers true. */
export const editsOf = (place: Place, answers: Answers): ReadonlyArray<Edit> => {
  const { agent, dmPolicy, language, name, token, transport } = answers
  const simple = (key: { readonly name: string }, value: string | undefined): ReadonlyArray<Edit> =>
    value === undefined || place.current(key.name)?.value === value ? [] : [set(place.pathOf(key.name), value)]
  return [
    ...simple(recipe.name, name),
    ...(token === undefined ? [] : tokenEdits(place, token)),
    ...(transport === undefined ? [] : transportEdits(place, transport)),
    ...simple(recipe.dmPolicy, dmPolicy),
    ...allowEdits(place, answers),
    ...(agent === undefined ? [] : [set(place.agentPath, agent)]),
    ...simple(recipe.language, language)
  ]
}
