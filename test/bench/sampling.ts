import { setInterval as every } from "node:timers/promises"
import { residentMb } from "./processes.ts"

/** Resident memory over time. */
export interface Sampled {
  /** Seconds since the first, MB. */
  readonly points: ReadonlyArray<readonly [seconds: number, mb: number]>
}

/** Looks at these processes' memory until it is told to stop. Several count together. */
export const sample = (pids: ReadonlyArray<number>, everyMs: number): { readonly stop: () => Sampled } => {
  const points: Array<readonly [number, number]> = []
  const began = performance.now()
  const look = () => {
    try {
      points.push([(performance.now() - began) / 1000, pids.reduce((sum, pid) => sum + residentMb(pid), 0)])
    } catch {
      // One of them is gone: whoever asks will find out.
    }
  }
  look()
  const over = new AbortController()
  const looking = async () => {
    for await (const _ of every(everyMs, undefined, { signal: over.signal })) look()
  }
  looking().catch(() => undefined)
  return {
    stop: () => {
      over.abort()
      look()
      return { points }
    }
  }
}

/** A straight line through the points from `after` on: its slope an hour, and how far off that may be (95 %). */
export const slopeAnHour = (
  { points }: Sampled,
  after = 0
): { readonly slope: number; readonly off: number; readonly count: number } => {
  const used = points.filter(([x]) => x >= after)
  const count = used.length
  const mx = used.reduce((sum, [x]) => sum + x, 0) / count
  const my = used.reduce((sum, [, y]) => sum + y, 0) / count
  const sxx = used.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
  const slope = used.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx
  const residuals = used.map(([x, y]) => y - my - slope * (x - mx))
  // Memory of one moment resembles that of the last: neighbours that agree count for less than one each.
  const squares = residuals.reduce((sum, one) => sum + one * one, 0)
  const beside = residuals.slice(1).reduce((sum, one, n) => sum + one * (residuals[n] ?? 0), 0)
  const alike = Math.min(0.99, Math.max(0, squares === 0 ? 0 : beside / squares))
  const worth = Math.max(3, (count * (1 - alike)) / (1 + alike))
  const error = Math.sqrt((squares / (count - 2) / sxx) * (count / worth))
  return { slope: slope * 3600, off: 1.96 * error * 3600, count }
}
