import { randomInt } from "node:crypto"

/** `CRASH_KILLS=500` asks for more, `CRASH_SEED=…` repeats the draws of an earlier run. */
export const numberFrom = (name: string, otherwise: number): number => {
  const given = Number(process.env[name] ?? "")
  return Number.isSafeInteger(given) && given > 0 ? given : otherwise
}

export const seed = numberFrom("CRASH_SEED", randomInt(1, 2 ** 31))

/** A kill, the start after it, and what is left to send at the end. */
export const limit = (count: number): number => 120_000 + count * 5_000
