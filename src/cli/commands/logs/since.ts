import { readInstant } from "../instant.ts"

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const length = /^(\d{1,9})(s|m|h|d)$/

/**
 * The instant that is meant, in milliseconds since 1970. So long ago needs its unit here (elsewhere a bare number is seconds), and may
 * be more than a year.
 */
export const sinceOf = (text: string | undefined, now: number): number | undefined => {
  if (text === undefined) return undefined
  const [, amount, unit] = length.exec(text.trim()) ?? []
  if (unit === "s" || unit === "m" || unit === "h" || unit === "d") return now - Number(amount) * units[unit]
  return readInstant(text)
}
