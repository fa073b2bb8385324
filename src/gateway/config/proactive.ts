import type { ProactivePolicy, QuietHours } from "../../domain/Proactive.ts"
import * as recipe from "./recipe/proactive.ts"
import type { Report } from "./report.ts"
import { type Scope, find, get, inner } from "./scope.ts"

const defaultWords = ["STOP", "/stop", "hủy nhận tin"]
const defaultBack = ["START", "/start", "nhận tin"]

const trimmed = (words: ReadonlyArray<string>): ReadonlyArray<string> => words.map((word) => word.trim())

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

const quietHours = (section: Scope): QuietHours | undefined => {
  const quiet = inner(section, recipe.quietHours)
  const from = get(quiet, recipe.quietFrom)
  const to = get(quiet, recipe.quietTo)
  return from === undefined || to === undefined
    ? undefined
    : { from: minutesOf(from), to: minutesOf(to), zone: get(quiet, recipe.quietZone) ?? "Asia/Ho_Chi_Minh" }
}

/** The `proactive` section of one account. `quota` is its month's. */
export const proactivePolicy = (account: Scope, quota: number | null, report: Report): ProactivePolicy => {
  const section = inner(account, recipe.proactive)
  const kept = find(section, recipe.reserve)
  if (kept !== undefined && quota !== null && kept.value >= quota) {
    report.warn(
      kept.path,
      `keeps all of the month's ${quota} messages for replies, so no broadcast sends anything`,
      "Make it smaller than quota"
    )
  }
  const optOut = inner(section, recipe.optOut)
  return {
    perMinute: get(section, recipe.perMinute) ?? 30,
    quietHours: quietHours(section),
    reserve: kept?.value ?? Math.min(200, Math.floor((quota ?? 0) / 10)),
    missed: get(section, recipe.missed) ?? "skip",
    optOut: {
      words: trimmed(get(optOut, recipe.optOutWords) ?? defaultWords),
      back: trimmed(get(optOut, recipe.optOutBack) ?? defaultBack),
      footer: get(optOut, recipe.optOutFooter) ?? false
    }
  }
}

const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`

/** For `config show`. */
export const shownProactive = (of: ProactivePolicy) => ({
  perMinute: of.perMinute,
  quietHours:
    of.quietHours === undefined
      ? null
      : { from: clockText(of.quietHours.from), to: clockText(of.quietHours.to), zone: of.quietHours.zone },
  reserve: of.reserve,
  missed: of.missed,
  optOut: { words: of.optOut.words, back: of.optOut.back, footer: of.optOut.footer }
})
