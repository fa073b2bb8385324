import { setTimeout as sleep } from "node:timers/promises"

/** Does something after so many milliseconds, unless what this gives is called before. */
export const later = (ms: number, run: () => void): (() => void) => {
  const given = new AbortController()
  sleep(ms, undefined, { signal: given.signal }).then(run, () => undefined)
  return () => given.abort()
}
