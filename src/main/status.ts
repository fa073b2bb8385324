import * as Effect from "effect/Effect"
import type { CommandFailed } from "../cli/errors.ts"
import type { ProbedStatus, StatusOptions, StatusReport } from "../cli/Examination.ts"
import { statusOf } from "../gateway/AccountStatus.ts"
import { ConfigError } from "../gateway/config/problems.ts"
import { examine } from "../gateway/doctor/examine.ts"
import type { ProbeFacts } from "../gateway/doctor/facts.ts"
import { gather } from "./examination/gather.ts"
import * as files from "./files.ts"
import * as stderrLog from "./stderrLog.ts"

const probed = ({ bot, elapsedMs, trouble }: ProbeFacts): NonNullable<ProbedStatus["probe"]> =>
  trouble === null ? { ok: true, bot, elapsedMs } : { ok: false, bot, elapsedMs, error: trouble.message }

/** `channels status`: what is configured, what the store holds, what a running gateway last said of itself, and what to do. */
export const status = (options: StatusOptions): Effect.Effect<StatusReport, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const { facts, runners, settings } = yield* gather({
      config: options.config,
      probe: options.probe,
      thorough: false
    })
    if (settings === undefined) return yield* new ConfigError({ problems: facts.config.problems })
    const findings = examine(facts)
    return {
      accounts: facts.accounts.map((one): ProbedStatus => ({
        ...statusOf(one, findings),
        ...(one.probe === null ? {} : { probe: probed(one.probe) })
      })),
      problems: findings.filter(({ account }) => account === null),
      runners
    }
  }).pipe(Effect.scoped, Effect.provide([files.layer, stderrLog.layer]))
