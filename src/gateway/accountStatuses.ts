import * as Effect from "effect/Effect"
import type { AccountSettings } from "../domain/Account.ts"
import type { AccountId } from "../domain/ids.ts"
import { DriftSamples } from "../journal/DriftSamples.ts"
import { Inbox } from "../journal/Inbox.ts"
import type { JournalError } from "../journal/Journal.ts"
import { Outbox } from "../journal/Outbox.ts"
import { SendCounts } from "../journal/SendCounts.ts"
import type { AccountReport } from "./AccountReport.ts"
import type { AccountStatus } from "./AccountStatus.ts"
import type { IdleAccount } from "./config/Settings.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"
import { Gateway } from "./Gateway.ts"
import { quotaWarning } from "./quota.ts"

/** What the store holds of an account. */
interface Stored {
  readonly queue: AccountStatus["queue"]
  readonly drift: number
  /** Messages of this month. */
  readonly sent: number
}

/** Every configured account as it stands in this process, by name. */
export const makeAccountStatuses = Effect.gen(function* () {
  const settings = yield* ZaloConfig
  const gateway = yield* Gateway
  const inbox = yield* Inbox
  const outbox = yield* Outbox
  const samples = yield* DriftSamples
  const counts = yield* SendCounts

  const look = Effect.fnUntraced(function* (id: AccountId): Effect.fn.Return<Stored, JournalError> {
    const { dead, pending } = yield* inbox.counts(id)
    const { dead: undelivered, queued, sending, unknown } = yield* outbox.counts(id)
    return {
      queue: { pending, dead, queued, sending, unknown, undelivered },
      drift: (yield* samples.list(id)).length,
      sent: yield* counts.sent(id)
    }
  })

  return Effect.gen(function* () {
    const reports = yield* gateway.reports
    const running = yield* Effect.forEach(settings.accounts, (account) =>
      Effect.map(look(account.id), (stored) =>
        statusOf(
          account,
          stored,
          reports.find((report) => report.account === account.id)
        )
      )
    )
    const idle = yield* Effect.forEach(settings.disabled, (account) =>
      Effect.map(look(account.id), (stored) => idleStatusOf(account, stored))
    )
    return [...running, ...idle].toSorted((a, b) => (a.account < b.account ? -1 : 1))
  })
})

const statusOf = (account: AccountSettings, stored: Stored, report: AccountReport | undefined): AccountStatus => ({
  account: account.id,
  name: account.name ?? null,
  enabled: true,
  transport: account.transport._tag === "Polling" ? "polling" : "webhook",
  ready: report?.ready ?? false,
  reason: report === undefined ? "starting" : report.reason,
  lastGoodAt: report?.lastGoodAt ?? null,
  queue: stored.queue,
  drift: stored.drift,
  quota: {
    used: stored.sent,
    limit: account.quota,
    warning: quotaWarning({ used: stored.sent, limit: account.quota })
  }
})

const idleStatusOf = (account: IdleAccount, stored: Stored): AccountStatus => ({
  account: account.id,
  name: account.name ?? null,
  enabled: false,
  transport: account.transport,
  ready: false,
  reason: account.reason,
  lastGoodAt: null,
  queue: stored.queue,
  drift: stored.drift,
  quota: { used: stored.sent, limit: null, warning: null }
})
