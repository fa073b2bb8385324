/** Wrong codes by whoever gave them. */
export interface Guesses {
  /** For how many milliseconds no more codes are taken from `who`: 0 while they are. */
  wait(who: string, now: number): number
  /** Notes a wrong one. True when it was the last that is let pass. */
  wrong(who: string, now: number): boolean
}

/** Wrong codes within `guessWindow`, after which no code is looked at until its end: also no right one. */
export const mostGuesses = 10
export const guessWindow = 10 * 60_000

/** Who is remembered, at most. The one that began longest ago is forgotten first. */
const remembered = 1_024

interface Window {
  readonly since: number
  count: number
}

/**
 * Limits the guessing of codes, for an owner's words in Zalo and for the admin API; at the command line there is no limit
 * (`design.md` §6.2). Kept in memory: a restart forgives.
 */
export const makeGuesses = (): Guesses => {
  const seen = new Map<string, Window>()

  const current = (who: string, now: number): Window | undefined => {
    const window = seen.get(who)
    return window !== undefined && now - window.since < guessWindow ? window : undefined
  }

  const begin = (who: string, now: number): Window => {
    seen.delete(who)
    const [oldest] = seen.keys()
    if (oldest !== undefined && seen.size >= remembered) seen.delete(oldest)
    const fresh = { since: now, count: 0 }
    seen.set(who, fresh)
    return fresh
  }

  return {
    wait: (who, now) => {
      const window = current(who, now)
      return window === undefined || window.count < mostGuesses ? 0 : window.since + guessWindow - now
    },
    wrong: (who, now) => {
      const window = current(who, now) ?? begin(who, now)
      window.count++
      return window.count === mostGuesses
    }
  }
}
