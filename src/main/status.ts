import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { CommandFailed } from "../cli/errors.ts"
import type { AccountStatus, StatusOptions, StatusReport } from "../cli/Operations.ts"
import { ConfigError } from "../gateway/config/problems.ts"
import { examine } from "../gateway/doctor/examine.ts"
import type { AccountFacts, ProbeFacts } from "../gateway/doctor/facts.ts"
import type { Finding } from "../gateway/doctor/Finding.ts"
import { layerPlatform } from "../node/gateway.ts"
import { gather } from "./examination/gather.ts"
import * as logging from "./logging.ts"

const probed = ({ bot, elapsedMs, trouble }: ProbeFacts): NonNullable<AccountStatus["probe"]> =>
  trouble === null ? { ok: true, bot, elapsedMs } : { ok: false, bot, elapsedMs, error: trouble.message }

const reasonOf = ({ idle, lease, report }: AccountFacts): string | null => {
  if (idle !== null) return idle
  if (lease === null) return "no gateway is running for this account"
  return report === null ? "starting" : report.reason
}

const statusOf = (one: AccountFacts, findings: ReadonlyArray<Finding>): AccountStatus => {
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
    problems: findings.filter(({ account }) => account === one.account),
    ...(one.probe === null ? {} : { probe: probed(one.probe) })
  }
}

/** `channels status`: what is configured, what the store holds, what a running gateway last said of itself, and what to do. */
export const status = (options: StatusOptions): Effect.Effect<StatusReport, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const { facts, settings } = yield* gather({ config: options.config, probe: options.probe, thorough: false })
    if (settings === undefined) return yield* new ConfigError({ problems: facts.config.problems })
    const findings = examine(facts)
    return {
      accounts: facts.accounts.map((one) => statusOf(one, findings)),
      problems: findings.filter(({ account }) => account === null)
    }
  }).pipe(Effect.scoped, Effect.provide([layerPlatform, logging.layer]))
