/** Counts wrong codes, so that nobody finds a right one by trying (`design.md` §6.2). */
export interface Guesses {
  /** For how many seconds no code is looked at any more: 0 while they are. */
  barred(now: number): number
  wrong(now: number): void
}

const most = 20
const window = 60_000

/**
 * After 20 wrong codes in 60 s none is looked at until the minute has passed, right or wrong. Whoever holds the admin token is
 * one caller, so that one count serves all: a program in front of the API cannot multiply its tries by addresses.
 */
export const makeGuesses = (): Guesses => {
  let since = Number.NEGATIVE_INFINITY
  let count = 0
  const isOver = (now: number) => now - since >= window
  return {
    barred: (now) => (isOver(now) || count < most ? 0 : Math.ceil((since + window - now) / 1000)),
    wrong: (now) => {
      if (isOver(now)) {
        since = now
        count = 0
      }
      count++
    }
  }
}
