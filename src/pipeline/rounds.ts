import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { AccountId, ChatId, LaneKey } from "../domain/ids.ts"
import type { JournalError } from "../journal/Journal.ts"
import { Accounts } from "./Accounts.ts"

type LanesOf = (
  account: AccountId,
  after: string,
  limit: number
) => Effect.Effect<ReadonlyArray<{ readonly chat: ChatId; readonly nextAt: number | null }>, JournalError>

/** How long an unusable store is left alone. */
const again = "1 second"

/** Looked at in one go, so that a search never holds the event loop for long. */
const page = 32

/**
 * Goes around all lanes with work, account by account and in the order of the chats' ids: each call gives the next ones that
 * are due, and none says that a round is complete. What is kept between the calls is one id.
 */
export const roundOf = (
  lanesOf: LanesOf
): Effect.Effect<(limit: number) => Effect.Effect<ReadonlyArray<LaneKey>>, never, Accounts> =>
  Effect.gen(function* () {
    const accounts = yield* Accounts
    let at: { readonly account: AccountId; readonly chat: string } | undefined

    const next = Effect.fnUntraced(function* (limit: number) {
      const now = yield* Clock.currentTimeMillis
      const ids = (yield* accounts.all).map((account) => account.settings.id).toSorted()
      const rest = at === undefined ? ids : ids.filter((id) => at === undefined || id >= at.account)
      for (const account of rest) {
        let after = at?.account === account ? at.chat : ""
        for (;;) {
          const found = yield* lanesOf(account, after, Math.min(limit, page))
          const last = found.at(-1)
          if (last === undefined) break
          after = last.chat
          at = { account, chat: after }
          const due = found.filter((lane) => lane.nextAt === null || lane.nextAt <= now)
          if (due.length > 0) return due.map((lane): LaneKey => ({ account, chat: lane.chat }))
          yield* Effect.yieldNow
        }
      }
      at = undefined
      return []
    })

    // An empty answer would say that nothing waits.
    return (limit) =>
      Effect.retry(
        Effect.tapError(next(limit), (error) => Effect.logDebug(`search: ${error.message}`)),
        Schedule.spaced(again)
      ).pipe(Effect.orDie)
  })
