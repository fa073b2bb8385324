import * as Cron from "effect/Cron"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

/** When a schedule is due: again and again, or once. Times are epoch ms. */
export interface Timing {
  /** Five fields, or six with seconds first; null for what is due once. */
  readonly cron: string | null
  /** IANA name. Where the clock is put forward, a time that does not exist is due right after; one that comes twice is due the first time. */
  readonly zone: string
  readonly onceAt: number | null
}

const unfound = (run: () => Date): number | null => {
  // The search ends by throwing when no date ever fits, such as the 30th of February.
  try {
    return run().getTime()
  } catch {
    return null
  }
}

/** Reads an expression in a zone. The failure is a sentence. */
export const readCron = (text: string, zone: string): Result.Result<Cron.Cron, string> => {
  const named = DateTime.zoneMakeNamed(zone)
  if (Option.isNone(named)) return Result.fail(`"${zone}" is no time zone, such as "Asia/Ho_Chi_Minh"`)
  const cron = Cron.parse(text, named.value)
  if (Result.isFailure(cron)) {
    return Result.fail(`"${text}" is no cron expression (minute hour day month weekday, such as "0 8 * * 1-5")`)
  }
  return unfound(() => Cron.next(cron.success, 0)) === null
    ? Result.fail(`"${text}" is never due: no date fits it`)
    : Result.succeed(cron.success)
}

/** A zone's clock is put forward at most once in so long, ms. */
const day = 86_400_000

/**
 * The first time after `after` that the clock of the zone left out, and that is due later for it. Right after a gap `Cron.next` finds
 * none of those any more: the clock shows a later time already.
 */
const leftOutAfter = (text: string, zone: string, after: number): number | null => {
  const offsetAt = (at: number) => DateTime.zonedOffset(DateTime.makeZonedUnsafe(at, { timeZone: zone }))
  const offset = offsetAt(after)
  const gap = offset - offsetAt(after - day)
  if (gap <= 0) return null
  // Dates of this one are what the clock shows, as if that were UTC's.
  const clock = Cron.parseUnsafe(text, "UTC")
  const shown = unfound(() => Cron.next(clock, after + offset - gap))
  if (shown === null) return null
  const at = DateTime.toEpochMillis(DateTime.makeZonedUnsafe(shown, { timeZone: zone, adjustForTimeZone: true }))
  return at + offsetAt(at) === shown ? null : at
}

/** The first time after `after` at which it is due; null when there is none. */
export const dueAfter = ({ cron, onceAt, zone }: Timing, after: number): number | null => {
  if (cron === null) return onceAt !== null && onceAt > after ? onceAt : null
  const read = readCron(cron, zone)
  if (Result.isFailure(read)) return null
  const next = unfound(() => Cron.next(read.success, after))
  const leftOut = leftOutAfter(cron, zone, after)
  return next === null || leftOut === null ? (next ?? leftOut) : Math.min(next, leftOut)
}

/** The last time up to and with `until` at which it was due. */
export const dueBefore = ({ cron, onceAt, zone }: Timing, until: number): number | null => {
  if (cron === null) return onceAt !== null && onceAt <= until ? onceAt : null
  const read = readCron(cron, zone)
  return Result.isFailure(read) ? null : unfound(() => Cron.prev(read.success, until + 1))
}

/** The next times at which it is due. */
export const dueTimes = (timing: Timing, after: number, count: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  let at = after
  while (found.length < count) {
    const next = dueAfter(timing, at)
    if (next === null) break
    found.push(next)
    at = next
  }
  return found
}
