import type { HandoffSettings } from "../../domain/Handoff.ts"
import * as recipe from "./recipe/handoff.ts"
import { type Scope, get, inner } from "./scope.ts"

/** The `handoff` section of one account. Without it nobody's word silences the bot. */
export const handoffSettings = (account: Scope): HandoffSettings => {
  const section = inner(account, recipe.handoff)
  const resumeAfter = get(section, recipe.resumeAfter)
  return {
    keywords: get(section, recipe.keywords) ?? [],
    resumeKeywords: get(section, recipe.resumeKeywords) ?? ["/bot"],
    resumeAfter: resumeAfter === "none" ? undefined : resumeAfter,
    notice: get(section, recipe.notice) ?? true,
    onAgentFailure: get(section, recipe.onAgentFailure) ?? false
  }
}
