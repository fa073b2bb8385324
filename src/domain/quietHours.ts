import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { QuietHours } from "./Proactive.ts"

const minute = 60_000
const day = 24 * 60

/** The time of day, in minutes, of an instant. */
const minuteOf = (zone: string, at: number): number => {
  const zoned = DateTime.makeZoned(at, { timeZone: zone })
  if (Option.isNone(zoned)) return 0
  const { hour, minute } = DateTime.toParts(zoned.value)
  return hour * 60 + minute
}

const covers = ({ from, to }: QuietHours, at: number): boolean =>
  from < to ? at >= from && at < to : at >= from || at < to

/** How long it is still quiet, ms; 0 when it is not. A clock that is put forward or back on the way is not looked at. */
export const quietFor = (quiet: QuietHours | undefined, now: number): number => {
  if (quiet === undefined || quiet.from === quiet.to) return 0
  const at = minuteOf(quiet.zone, now)
  if (!covers(quiet, at)) return 0
  const minutes = (quiet.to - at + day) % day
  return minutes * minute - (now % minute)
}
