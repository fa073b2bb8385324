/** Counts wrong secrets by address. */
export interface Strangers {
  /** Notes a wrong secret, and says for how many seconds this address has to stay away: 0 while it may go on. */
  wrong(address: string, now: number): number
}

const most = 20
const window = 60_000
/** Addresses that are remembered. The one that began longest ago is forgotten first. */
const addresses = 4096

interface Window {
  readonly since: number
  count: number
}

/**
 * After 20 wrong secrets in 60 s an address is told to stay away (`design.md` §6.3). Only wrong ones are counted, and a
 * right one is never refused for them: whoever shares an address with a stranger, as behind a proxy, is not starved.
 */
export const makeStrangers = (): Strangers => {
  const seen = new Map<string, Window>()

  const begin = (address: string, now: number): Window => {
    // Deleted first, so that the map's order is the order of beginnings.
    seen.delete(address)
    const [oldest] = seen.keys()
    if (oldest !== undefined && seen.size >= addresses) seen.delete(oldest)
    const fresh = { since: now, count: 0 }
    seen.set(address, fresh)
    return fresh
  }

  return {
    wrong: (address, now) => {
      const known = seen.get(address)
      const current = known !== undefined && now - known.since < window ? known : begin(address, now)
      current.count++
      return current.count > most ? Math.ceil((current.since + window - now) / 1000) : 0
    }
  }
}
