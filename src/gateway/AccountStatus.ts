import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import type { AccountFacts } from "./doctor/facts.ts"
import { Finding } from "./doctor/Finding.ts"
import { Holder } from "./Leases.ts"

/** One account and how it does, in the words of `channels status` and the admin API. Times are ISO 8601 UTC. */
export const AccountStatus = Schema.Struct({
  account: Schema.String,
  name: Schema.NullOr(Schema.String),
  enabled: Schema.Boolean,
  transport: Schema.Literals(["polling", "webhook"]),
  ready: Schema.Boolean,
  reason: Schema.NullOr(Schema.String),
  lastGoodAt: Schema.NullOr(Schema.String),
  /** Rows by what they are waiting for, such as `pending`, `dead`, `queued`, `unknown`. */
  queue: Schema.Record(Schema.String, Schema.Int),
  /** When the oldest message that waits was received. */
  oldestWaitingAt: Schema.NullOr(Schema.String),
  /** How many unknown events, fields and error codes Zalo sent in the last 30 days, each counted once. */
  drift: Schema.Int,
  /** Messages sent this month, and how many Zalo allows (null: not counted). `warning` is for people. */
  quota: Schema.Struct({
    used: Schema.Int,
    limit: Schema.NullOr(Schema.Finite),
    warning: Schema.NullOr(Schema.String)
  }),
  /** The process that works for the bot; null: none, or one that did not say. */
  lease: Schema.NullOr(Holder),
  /** What somebody should look at, the worst first, each with the next step. */
  problems: Schema.Array(Finding)
})
export type AccountStatus = typeof AccountStatus.Type

const reasonOf = ({ idle, lease, report }: AccountFacts): string | null => {
  if (idle !== null) return idle
  if (lease === null) return "no gateway is running for this account"
  return report === null ? "starting" : report.reason
}

export const statusOf = (one: AccountFacts, findings: ReadonlyArray<Finding>): AccountStatus => {
  const { oldest, ...queue } = one.queue
  return {
    account: one.account,
    name: one.name,
    enabled: one.enabled,
    transport: one.transport,
    ready: one.idle === null && one.lease !== null && (one.report?.ready ?? false),
    reason: reasonOf(one),
    lastGoodAt: one.idle === null ? (one.report?.lastGoodAt ?? null) : null,
    queue,
    oldestWaitingAt: oldest === null ? null : DateTime.formatIso(DateTime.makeUnsafe(oldest)),
    drift: one.drift.length,
    quota: one.quota,
    lease: one.lease === "held" ? null : one.lease,
    problems: findings.filter(({ account }) => account === one.account)
  }
}
