import * as Equal from "effect/Equal"
import type { AccountSettings } from "../domain/Account.ts"

/** The parts of an account's settings that differ, by their names here: for the log, so no value is told. */
export const changedKeys = (before: AccountSettings, after: AccountSettings): ReadonlyArray<string> => {
  const values = new Map<string, unknown>(Object.entries(before))
  return Object.entries(after).flatMap(([key, value]) => (Equal.equals(values.get(key), value) ? [] : [key]))
}
