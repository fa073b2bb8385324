import { AccountId } from "../../../domain/ids.ts"
import { defaultOf } from "../accountNames.ts"
import { botToken, tokenFile } from "../recipe/account.ts"
import { zalo } from "../recipe/file.ts"
import { makeReport } from "../report.ts"
import { has, inner, scopeOf } from "../scope.ts"
import { placeOf } from "./place.ts"

/** The account that is meant when none is named. */
export const whichAccount = (value: unknown): AccountId => {
  const { names } = placeOf(value, AccountId.make("default"))
  const top = inner(inner(scopeOf(value, []), { name: "channels" }), zalo)
  // A token at the top is an account's too.
  const implied = [botToken, tokenFile].some((key) => has(top, key)) && !names.includes("default") ? ["default"] : []
  const ids = [...names, ...implied].map((id) => AccountId.make(id))
  // A `defaultAccount` that names nobody is told by every check.
  return defaultOf(top, ids, makeReport({ file: null, lines: new Map() }))
}
