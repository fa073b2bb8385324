import { readTime } from "../../domain/localTime.ts"

const day = /^\d{4}-\d{2}-\d{2}$/
const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/
const timed = /[T ]\d{2}:/

/** The instant of a day, or of a time, as it is typed; epoch ms. UTC unless it names an offset. Undefined when it is anything else. */
export const readInstant = (text: string): number | undefined => {
  const written = text.trim()
  if (day.test(written)) return readTime(`${written}T00:00Z`, "UTC")
  return readTime(timed.test(written) && !zoned.test(written) ? `${written}Z` : written, "UTC")
}
