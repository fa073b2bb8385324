import * as Redacted from "effect/Redacted"
import { AccountId } from "../../domain/ids.ts"
import type { Environment } from "./environment.ts"
import { botToken, tokenFile } from "./recipe/account.ts"
import { accounts, defaultAccount } from "./recipe/file.ts"
import type { Report } from "./report.ts"
import { type Scope, find, get, inner, scopeOf } from "./scope.ts"

const form = /^[a-z0-9_-]+$/

/** Account ids are compared without case. */
export const normalizeId = (name: string): string => name.trim().toLowerCase()

/** Something stands where a token at the top would stand. */
const hasTopToken = (top: Scope): boolean => {
  const token = get(top, botToken)
  const file = get(top, tokenFile)
  return (
    (token !== undefined && !(token._tag === "Value" && Redacted.value(token.value) === "")) ||
    (file !== undefined && file.trim() !== "")
  )
}

/** The accounts that exist, sorted, each with its own section (`reference-behaviour.md` §1.3). */
export const accountsOf = (top: Scope, environment: Environment, report: Report): ReadonlyMap<AccountId, Scope> => {
  const found = new Map<string, Scope>()
  // The exact name wins over one that only differs in case, wherever it stands.
  const names = Array.from(inner(top, accounts).entries).sort(
    ([a], [b]) => Number(normalizeId(a) === a) - Number(normalizeId(b) === b)
  )
  for (const [name, entry] of names) {
    const id = normalizeId(name)
    if (!form.test(id)) {
      report.problem(entry.path, "is not a name for an account", "Use letters, digits, _ and -")
      continue
    }
    const other = found.get(id)
    if (other !== undefined) report.warn(other.path, `is ignored: "${name}" names the same account`, "Keep one of them")
    found.set(id, scopeOf(entry.value, entry.path))
  }
  if (!found.has("default") && (hasTopToken(top) || environment.token !== undefined || names.length === 0)) {
    // What it lacks is written at the top.
    found.set("default", scopeOf(undefined, top.path))
  }
  const sorted = Array.from(found).sort(([a], [b]) => (a < b ? -1 : 1))
  return new Map(sorted.map(([id, scope]) => [AccountId.make(id), scope]))
}

/** `defaultAccount` if it exists, else `default`, else the first. */
export const defaultOf = (top: Scope, ids: ReadonlyArray<AccountId>, report: Report): AccountId => {
  const wanted = find(top, defaultAccount)
  const listed = wanted === undefined ? undefined : ids.find((id) => id === normalizeId(wanted.value))
  if (wanted !== undefined && listed === undefined) {
    report.problem(wanted.path, "names no account that exists", `Use one of: ${ids.join(", ")}`)
  }
  return listed ?? ids.find((id) => id === "default") ?? ids[0] ?? AccountId.make("default")
}
