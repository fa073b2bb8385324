import * as Effect from "effect/Effect"
import type { AccountRuntime } from "./Accounts.ts"
import type { Group, Groups } from "./groups.ts"
import type { Handoff } from "./handoff.ts"

/**
 * Ends when something was written that belongs into a turn under way, or when a person takes its chat over. A store that
 * cannot be asked says no.
 */
export const makeOutdated = (groups: Groups, handoff: Handoff) =>
  Effect.fnUntraced(function* (group: Group, account: AccountRuntime, woken: Effect.Effect<void>) {
    const no = Effect.succeed(false)
    const joins = Effect.orElseSucceed(
      account.settings.turns.mode === "interrupt" ? groups.outdated(group) : no,
      () => false
    )
    const taken = Effect.orElseSucceed(handoff.isTaken(group.members[0].row, account), () => false)
    // What was there when the turn began is known, but for what joins it.
    if (yield* joins) return
    do yield* woken
    while (!(yield* joins) && !(yield* taken))
  })
