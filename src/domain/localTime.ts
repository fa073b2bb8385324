import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

/** `2026-12-01T08:00`, with seconds or without. */
const local = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?$/
const withOffset = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/

/** Whether the calendar has it: else the 30th of February would be one in March. */
const isDay = (date: string): boolean =>
  Option.exists(DateTime.make(`${date}T00:00Z`), (start) => DateTime.formatIso(start).startsWith(date))

/** The instant of a time on a zone's clock, or of one that names its own offset; epoch ms. Undefined when it is neither. */
export const readTime = (text: string, zone: string): number | undefined => {
  const written = text.trim().replace(" ", "T")
  if (withOffset.test(written)) {
    const at = Date.parse(written)
    return Number.isNaN(at) || !isDay(written.slice(0, 10)) ? undefined : at
  }
  if (!local.test(written)) return undefined
  // Read as if it were UTC's, and then moved to the zone.
  const wall = DateTime.make(`${written}Z`)
  if (Option.isNone(wall) || !DateTime.formatIso(wall.value).startsWith(written)) return undefined
  const zoned = DateTime.makeZoned(wall.value, { timeZone: zone, adjustForTimeZone: true })
  return Option.isSome(zoned) ? DateTime.toEpochMillis(zoned.value) : undefined
}
