import type { AccountId } from "../../../domain/ids.ts"
import { normalizeId } from "../accountNames.ts"
import type { KeyPath } from "../path.ts"
import { botToken, tokenFile } from "../recipe/account.ts"
import { agent } from "../recipe/agent.ts"
import { accounts, zalo } from "../recipe/file.ts"
import { inner, type Scope, scopeOf } from "../scope.ts"

/** A path of names: nothing that setup changes stands in a list. */
export type NamePath = ReadonlyArray<string>

/** Where one account's settings stand in a file, and where a change of one takes effect on this account alone. */
export interface Place {
  readonly id: AccountId
  /** All accounts that the file names, this one included where it does. */
  readonly names: ReadonlyArray<string>
  /** The value that counts, with its place; undefined where the file has none. */
  readonly current: (name: string) => { readonly value: unknown; readonly path: KeyPath } | undefined
  /** Where to write a key so that it counts, without changing what other accounts inherit. */
  readonly pathOf: (name: string) => NamePath
  /** Something at the top that this account would inherit if it had no key of its own. */
  readonly inherits: (name: string) => boolean
  readonly agentPath: NamePath
  /** The account's token, of whatever kind. */
  readonly token: { readonly section: NamePath; readonly stale: ReadonlyArray<NamePath> }
}

const top: NamePath = ["channels", zalo.name]

const hasToken = (scope: Scope): boolean => scope.entries.has(botToken.name) || scope.entries.has(tokenFile.name)

export const placeOf = (value: unknown, id: AccountId): Place => {
  const file = scopeOf(value, [])
  const shared = inner(inner(file, { name: "channels" }), zalo)
  const sections = Array.from(inner(shared, accounts).entries, ([name, { value }]) => ({
    name,
    scope: scopeOf(value, [...top, accounts.name, name])
  }))
  const mine = sections.find(({ name }) => name === id) ?? sections.find(({ name }) => normalizeId(name) === id)
  const others = sections.filter(({ name }) => normalizeId(name) !== id).map(({ scope }) => scope)
  const section: NamePath = [...top, accounts.name, mine?.name ?? id]
  // A single bot needs no section of its own; the keys at the top are then its own.
  const isTop = (used: (other: Scope) => boolean) => mine === undefined && id === "default" && !others.some(used)

  const current: Place["current"] = (name) => mine?.scope.entries.get(name) ?? shared.entries.get(name)
  const pathOf = (name: string): NamePath =>
    isTop((other) => !other.entries.has(name)) ? [...top, name] : [...section, name]

  const tokenAtTop = isTop((other) => !hasToken(other))
  const usedByOthers = others.some((other) => !hasToken(other)) || id !== "default"
  return {
    id,
    names: sections.map(({ name }) => normalizeId(name)),
    current,
    pathOf,
    inherits: (name) => shared.entries.has(name) && pathOf(name).length > top.length + 1,
    agentPath:
      current(agent.name) !== undefined || others.length > 0 || id !== "default" ? pathOf(agent.name) : [agent.name],
    token: {
      section: tokenAtTop ? top : section,
      stale: tokenAtTop || usedByOthers ? [] : [botToken, tokenFile].map(({ name }) => [...top, name])
    }
  }
}
