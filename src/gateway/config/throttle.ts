import * as Duration from "effect/Duration"
import type { Throttle } from "../../domain/Throttle.ts"
import * as recipe from "./recipe/throttle.ts"
import { type Scope, get, has, inner } from "./scope.ts"

/** The `throttle` section of one account. To write it is to switch it on; `messages: 0` switches an inherited one off. */
export const throttleOf = (account: Scope): Throttle | undefined => {
  if (!has(account, recipe.throttle)) return undefined
  const section = inner(account, recipe.throttle)
  const messages = get(section, recipe.messages) ?? 20
  if (messages === 0) return undefined
  return {
    messages,
    per: get(section, recipe.per) ?? Duration.minutes(1),
    notice: get(section, recipe.notice) ?? true
  }
}
