/** Counts what happened in the last seconds. All times in ms, never going back. */
export interface RateWindow {
  add(now: number): void
  /** How many a second, over the last five seconds or since the first one if that is less, one second at least. */
  rate(now: number): number
}

const second = 1_000
const seconds = 5

export const make = (): RateWindow => {
  // One count per second, kept in a ring: nothing is allowed to grow with the traffic.
  const counts = Array.from({ length: seconds }, () => 0)
  let newest = Number.NEGATIVE_INFINITY
  let first = 0

  const forward = (now: number): void => {
    const current = Math.floor(now / second)
    const passed = current - newest
    if (passed <= 0) return
    // A gap as long as the window ends a burst; the next one is measured from its own beginning.
    if (passed >= seconds) {
      counts.fill(0)
      first = now
    } else {
      for (let at = newest + 1; at <= current; at++) counts[at % seconds] = 0
    }
    newest = current
  }

  return {
    add: (now) => {
      forward(now)
      const at = newest % seconds
      counts[at] = (counts[at] ?? 0) + 1
    },
    rate: (now) => {
      forward(now)
      const total = counts.reduce((sum, count) => sum + count, 0)
      const covered = Math.max(first, (newest - seconds + 1) * second)
      return total / Math.max(1, (now - covered) / second)
    }
  }
}
