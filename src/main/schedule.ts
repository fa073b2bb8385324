import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { CommandFailed, type StoreMissing, UsageError } from "../cli/errors.ts"
import type { ScheduleOptions, ScheduleResult } from "../cli/Operations.ts"
import { dueTimes, readCron, type Timing } from "../domain/cron.ts"
import { readTime } from "../domain/localTime.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { partsOf, renderProactive } from "../gateway/proactive/rendering.ts"
import { scheduleView } from "../gateway/proactive/views.ts"
import { Schedules } from "../journal/proactive/Schedules.ts"
import { layerPlatform } from "../node/platform.ts"
import { commandFailed } from "./failures.ts"
import * as stderrLog from "./stderrLog.ts"
import { accountOf, keptMedia, layerStoreOr, textOf } from "./sending.ts"

const shownTimes = 5

const timingOf = ({ at, cron, zone }: ScheduleOptions, now: number): Timing | UsageError => {
  if (at !== undefined) {
    const onceAt = readTime(at, zone)
    if (onceAt === undefined) {
      return new UsageError({
        problem: `--at: "${at}" is no time such as 2026-12-01T08:00, or "${zone}" is no time zone`
      })
    }
    if (onceAt <= now) return new UsageError({ problem: `--at: ${at} has passed` })
    return { cron: null, zone, onceAt }
  }
  const text = cron ?? ""
  const read = readCron(text, zone)
  return Result.isFailure(read)
    ? new UsageError({ problem: `--cron: ${read.failure}` })
    : { cron: text.trim(), zone, onceAt: null }
}

const notFound = ({ message }: StoreMissing) => new CommandFailed({ code: "not-found", message })

/** `schedule add`: what it says is checked here, and sent by the gateway. */
export const addSchedule = (
  options: ScheduleOptions
): Effect.Effect<ScheduleResult, UsageError | CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const timing = timingOf(options, now)
    if (timing instanceof UsageError) return yield* timing
    const config = yield* Layer.build(ZaloConfig.layerConfig({ file: options.config.file }))
    const settings = Context.get(config, ZaloConfig)
    const account = accountOf(settings, options.account)
    if (account instanceof CommandFailed) return yield* account
    const media = yield* keptMedia(account, options.media)
    const parts = partsOf(options.message, media)
    const chunks = renderProactive(account, parts, !options.single).flatMap((payload) => textOf(payload))
    const next = dueTimes(timing, now, shownTimes).map((due) => DateTime.formatIso(DateTime.makeUnsafe(due)))
    if (options.dryRun) return { schedule: undefined, account: account.id, next, chunks }
    return yield* Effect.gen(function* () {
      const schedules = yield* Schedules
      const added = yield* schedules.add({
        ...timing,
        account: account.id,
        name: options.name ?? null,
        parts,
        chats: options.chats ?? null,
        single: options.single,
        within: options.within ?? null,
        missed: options.missed ?? null,
        by: "cli"
      })
      const found = Option.isSome(added) ? yield* schedules.find(`s${added.value}`) : Option.none()
      if (Option.isNone(found)) {
        return yield* new CommandFailed({
          code: "name-taken",
          message: `account "${account.id}" has a schedule named "${options.name ?? ""}"`
        })
      }
      return { schedule: scheduleView(found.value), account: account.id, next, chunks }
    }).pipe(Effect.provide(Schedules.layerSql.pipe(Layer.provide(layerStoreOr(settings, notFound)))))
  }).pipe(
    Effect.scoped,
    Effect.provide([layerPlatform, stderrLog.layer]),
    Effect.catchTag("JournalError", (error) => Effect.fail(commandFailed(error)))
  )
