import * as Effect from "effect/Effect"
import * as SecureRandom from "effect/crypto/SecureRandom"

/** Without 0 O 1 I, which people mistake for each other. */
export const codeAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

export const codeLength = 8

/** A fresh pairing code: 32^8 of them, drawn evenly. */
export const makeCode: Effect.Effect<string, never, SecureRandom.SecureRandom> = Effect.gen(function* () {
  const random = yield* SecureRandom.SecureRandom
  const bytes = yield* random.randomBytes(codeLength)
  // 256 is a multiple of 32, so the remainder favours no letter.
  return Array.from(bytes, (byte) => codeAlphabet[byte % codeAlphabet.length]).join("")
})

/** A code as somebody typed it: case does not count, and phones like to add gaps. */
export const normalizeCode = (typed: string): string => typed.replace(/[\s-]/gu, "").toUpperCase()
