const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const length = /^(\d{1,9})(s|m|h|d)$/
const iso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/

/** The instant that is meant, in milliseconds since 1970: so long ago, or an ISO time, which is UTC unless it says otherwise. */
export const sinceOf = (text: string | undefined, now: number): number | undefined => {
  if (text === undefined) return undefined
  const [, amount, unit] = length.exec(text.trim()) ?? []
  if (unit === "s" || unit === "m" || unit === "h" || unit === "d") return now - Number(amount) * units[unit]
  const written = text.trim()
  if (!iso.test(written)) return undefined
  const zoned = /T.*(?:Z|[+-]\d\d:?\d\d)$/.test(written) || !written.includes("T") ? written : `${written}Z`
  const at = Date.parse(zoned)
  return Number.isNaN(at) ? undefined : at
}
