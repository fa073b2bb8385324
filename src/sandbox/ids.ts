const mask = (1n << 64n) - 1n

const mix = (value: bigint): bigint => {
  let z = (value * 0x9e3779b97f4a7c15n) & mask
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask
  return z ^ (z >> 31n)
}

const hash = (seed: string): bigint => {
  let h = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(seed)) h = ((h ^ BigInt(byte)) * 0x100000001b3n) & mask
  return mix(h)
}

/** Ids in Zalo's form and a source of chance, both a function of the seed alone, so that a failing run can be repeated. */
export interface Generator {
  /** 20 hex characters, never twice from one generator. */
  readonly id: () => string
  /** From 0 up to 1. */
  readonly chance: () => number
}

export const makeGenerator = (seed: string): Generator => {
  const start = hash(seed)
  let count = 0n
  let drawn = 0n
  return {
    id: () => {
      count += 1n
      // 64 of the 80 bits are a permutation of the counter: that is what makes them unique.
      const low = mix((start + count) & mask)
      const high = mix(low ^ start) & 0xffffn
      return high.toString(16).padStart(4, "0") + low.toString(16).padStart(16, "0")
    },
    chance: () => {
      drawn += 1n
      return Number(mix(start ^ mix(drawn)) >> 11n) / 2 ** 53
    }
  }
}
