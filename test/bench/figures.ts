/** The value below which `share` (0 to 1) of them lie. NaN of none. */
export const percentile = (values: ReadonlyArray<number>, share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? sorted[0] ?? Number.NaN
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2
}

/** Three significant digits, thousands apart. */
export const short = (value: number): string => {
  if (!Number.isFinite(value)) return "–"
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US")
  return String(Number(value.toPrecision(3)))
}

/** Median with the smallest and the greatest round. */
export const spread = (values: ReadonlyArray<number>, unit = ""): string => {
  const middle = `${short(median(values))}${unit}`
  return values.length > 1 ? `${middle} (${short(Math.min(...values))}–${short(Math.max(...values))})` : middle
}

/** Round by round, because what a shared machine does to one side of a round it does to the other. */
export const ratios = (ours: ReadonlyArray<number>, theirs: ReadonlyArray<number>): ReadonlyArray<number> =>
  ours.map((value, round) => value / (theirs[round] ?? Number.NaN))
