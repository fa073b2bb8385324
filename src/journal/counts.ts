import { counter } from "./counting.ts"

/** Updates that became a row of the inbox, by how they came. */
export const countAdmitted = counter("zalo_admitted_total", "Updates that were journalled.", ["account", "source"])

/** Updates that were journalled before: acknowledged, and nothing else. */
export const countDuplicate = counter("zalo_duplicates_total", "Updates that the journal had already.", [
  "account",
  "source"
])

/** Messages that never became a turn, by the reason in `domain/reasons.ts`. */
export const countIgnored = counter("zalo_ignored_total", "Messages that were ignored, by reason.", [
  "account",
  "reason"
])

/** Messages that were given up, by reason. */
export const countDead = counter("zalo_dead_total", "Messages that were given up, by reason.", ["account", "reason"])
