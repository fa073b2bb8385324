import type { Bench } from "../Bench.ts"
import { type Gateway, serve } from "../gateway.ts"
import { cpuMs } from "../processes.ts"
import { ratioRow, type Row } from "../Row.ts"
import { grownStore } from "../store.ts"
import { freshIds } from "../updates.ts"

interface Grown {
  readonly rows: number
  readonly gateway: Gateway
  readonly cpuMicros: Array<number>
  readonly wallMicros: Array<number>
}

/** What one message costs the real program, from delivery to reply, as the journal grows. `stores` are data directories by their size. */
export const growth = async (
  { quick, rounds, world, say }: Bench,
  stores: ReadonlyMap<number, string>
): Promise<ReadonlyArray<Row>> => {
  const grown: Array<Grown> = []
  try {
    for (const [rows, data] of stores) {
      const gateway = await serve({ api: world.port, transport: "webhook", data })
      grown.push({ rows, gateway, cpuMicros: [], wallMicros: [] })
    }
    const turns = Math.min(rounds, 3)
    const messages = quick ? 500 : 2_000
    for (let round = 0; round <= turns; round++) {
      say(`growth: round ${round} of ${turns}`)
      for (const { gateway, cpuMicros, wallMicros } of grown) {
        const before = cpuMs(gateway.pid)
        const flood = { target: gateway.target, messages, chats: 200, connections: 50, firstId: freshIds(messages) }
        const result = await world.ask("flood", flood)
        if (result.replies !== messages) throw new Error(`${messages} messages brought ${result.replies} replies`)
        if (round === 0) continue
        cpuMicros.push(((cpuMs(gateway.pid) - before) * 1000) / messages)
        wallMicros.push((result.ms * 1000) / messages)
      }
    }
  } finally {
    await Promise.all(grown.map(({ gateway }) => gateway.stop()))
  }
  const [first, ...others] = grown
  if (first === undefined) return []
  return others.map((one) =>
    ratioRow({
      what: `CPU per message over a journal of ${one.rows.toLocaleString("en-US")}`,
      unit: " µs",
      ours: one.cpuMicros,
      beside: `over one of ${first.rows.toLocaleString("en-US")}`,
      theirs: first.cpuMicros,
      aim: { most: 1.2 },
      more: { wallMicros: { ours: one.wallMicros, theirs: first.wallMicros } }
    })
  )
}

/** The journals that `growth` and `stalls` run over, smallest first. */
export const makeStores = async ({ quick, world, say }: Bench): Promise<ReadonlyMap<number, string>> => {
  const stores = new Map<number, string>()
  for (const messages of quick ? [1_000, 100_000] : [1_000, 100_000, 1_000_000]) {
    say(`filling a journal with ${messages.toLocaleString("en-US")} messages`)
    stores.set(messages, await grownStore(messages, world.port))
  }
  return stores
}
