import type { Bench } from "../Bench.ts"
import { serve } from "../gateway.ts"
import { ratioRow, type Row } from "../Row.ts"
import { freshIds } from "../updates.ts"

/** What 50 people wait for their replies while the agent takes 10 s over each message of one other, and while it does not. */
export const slowChat = async ({ quick, world, say }: Bench): Promise<ReadonlyArray<Row>> => {
  const rounds = quick ? 1 : 3
  const agent = { type: "http", url: `http://127.0.0.1:${world.port}/agent`, timeout: "30s" }
  const ours = await serve({ api: world.port, transport: "webhook", agent })
  const perSecond = 200
  const seconds = quick ? 3 : 6
  const once = async (slow: boolean) => {
    const load = { target: ours.target, perSecond, seconds, chats: 50, firstId: freshIds(perSecond * seconds + 2) }
    const result = await world.ask("steady", slow ? { ...load, slow: { ms: 10_000 } } : load)
    if (result.refused > 0 || result.replies < result.sent) {
      throw new Error(`${result.sent} messages brought ${result.replies} replies and ${result.refused} refusals`)
    }
    return result
  }
  const calm: Array<Awaited<ReturnType<typeof once>>> = []
  const busy: Array<Awaited<ReturnType<typeof once>>> = []
  try {
    await once(false)
    for (let round = 1; round <= rounds; round++) {
      say(`one slow chat: round ${round} of ${rounds}`)
      calm.push(await once(false))
      busy.push(await once(true))
    }
  } finally {
    await ours.stop()
  }
  return [
    ratioRow({
      what: `p99 of 50 chats at ${perSecond}/s while another's agent takes 10 s`,
      unit: " ms",
      ours: busy.map((one) => one.p99),
      beside: "the same without the slow chat",
      theirs: calm.map((one) => one.p99),
      aim: { most: 1.2 },
      more: { busy, calm }
    })
  ]
}
