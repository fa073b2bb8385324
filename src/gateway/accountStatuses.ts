import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccountSettings } from "../domain/Account.ts"
import type { AccountId } from "../domain/ids.ts"
import { AccountState } from "../journal/AccountState.ts"
import { DriftSamples } from "../journal/DriftSamples.ts"
import { Inbox } from "../journal/Inbox.ts"
import type { JournalError } from "../journal/Journal.ts"
import { Outbox } from "../journal/Outbox.ts"
import { SendCounts } from "../journal/SendCounts.ts"
import { type AccountReport, decodeReport } from "./AccountReport.ts"
import type { AccountStatus } from "./AccountStatus.ts"
import type { IdleAccount } from "./config/Settings.ts"
import { quotaWarning } from "./quota.ts"

/** What the store knows of an account. */
export interface Stored {
  readonly queue: AccountStatus["queue"]
  readonly drift: number
  /** Messages of this month. */
  readonly sent: number
  /** The account's standing as its gateway wrote it last. */
  readonly report: Option.Option<AccountReport>
}

/** Where there is no store yet. */
export const nothingStored: Stored = {
  queue: { pending: 0, dead: 0, queued: 0, sending: 0, unknown: 0, undelivered: 0 },
  drift: 0,
  sent: 0,
  report: Option.none()
}

/** Looks into the store. */
export const makeLook = Effect.gen(function* () {
  const inbox = yield* Inbox
  const outbox = yield* Outbox
  const states = yield* AccountState
  const samples = yield* DriftSamples
  const counts = yield* SendCounts
  return Effect.fnUntraced(function* (id: AccountId): Effect.fn.Return<Stored, JournalError> {
    const { dead, pending } = yield* inbox.counts(id)
    const { dead: undelivered, queued, sending, unknown } = yield* outbox.counts(id)
    return {
      queue: { pending, dead, queued, sending, unknown, undelivered },
      drift: (yield* samples.list(id)).length,
      sent: yield* counts.sent(id),
      report: Option.flatMap(yield* states.status(id), decodeReport)
    }
  })
})

/** An enabled account. `last` is its standing now; a sentence says why there is none. */
export const statusOf = (account: AccountSettings, stored: Stored, last: AccountReport | string): AccountStatus => ({
  account: account.id,
  name: account.name ?? null,
  enabled: true,
  transport: account.transport._tag === "Polling" ? "polling" : "webhook",
  ready: typeof last !== "string" && last.ready,
  reason: typeof last === "string" ? last : last.reason,
  lastGoodAt:
    typeof last === "string"
      ? Option.getOrNull(Option.map(stored.report, (known) => known.lastGoodAt))
      : last.lastGoodAt,
  queue: stored.queue,
  drift: stored.drift,
  quota: {
    used: stored.sent,
    limit: account.quota,
    warning: quotaWarning({ used: stored.sent, limit: account.quota })
  }
})

/** An account that does not run: switched off, or without a usable token. */
export const idleStatusOf = (account: IdleAccount, stored: Stored, enabled: boolean): AccountStatus => ({
  account: account.id,
  name: account.name ?? null,
  enabled,
  transport: account.transport,
  ready: false,
  reason: account.reason,
  lastGoodAt: null,
  queue: stored.queue,
  drift: stored.drift,
  quota: { used: stored.sent, limit: null, warning: null }
})

/** As lists of accounts are shown. */
export const byAccount = (a: AccountStatus, b: AccountStatus): number => (a.account < b.account ? -1 : 1)
