import * as Duration from "effect/Duration"
import type { MediaSettings } from "../../domain/Account.ts"
import * as recipe from "./recipe/media.ts"
import type { Report } from "./report.ts"
import { type Scope, find, get, inner } from "./scope.ts"
import { normalizePath, pathProblem } from "./transport.ts"

/** The `media` section of one account, its public address without a trailing slash. */
export const mediaSettings = (account: Scope, report: Report): MediaSettings => {
  const section = inner(account, recipe.media)
  const found = find(section, recipe.publicUrl)
  const path = found === undefined ? "/" : normalizePath(found.value.pathname)
  const misplaced = path === "/" ? undefined : pathProblem(path)
  if (found !== undefined && misplaced !== undefined) {
    const [message, remedy] = misplaced
    report.problem(found.path, `has a path that ${message}`, remedy)
  }
  if (found !== undefined && /[?#@]/.test(found.value.href)) {
    report.problem(
      found.path,
      "must end with its path: no user, no query, no #",
      'For example "https://bot.example.com/zalo"'
    )
  }
  return {
    ttl: get(section, recipe.ttl) ?? Duration.hours(24),
    hostTtl: get(section, recipe.hostTtl) ?? Duration.hours(1),
    allowHosts: get(section, recipe.allowHosts) ?? [],
    allowRanges: get(section, recipe.allowRanges) ?? [],
    publicUrl: found === undefined ? undefined : `${found.value.origin}${path === "/" ? "" : path}`
  }
}
