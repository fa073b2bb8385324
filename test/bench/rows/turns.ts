import type { Bench } from "../Bench.ts"
import { serve } from "../gateway.ts"
import { cpuMs, type Server, start } from "../processes.ts"
import { ratioRow, type Row } from "../Row.ts"
import { freshIds, type Target } from "../updates.ts"

/**
 * From delivery to the last reply: 200 people write, each message is echoed, until the Bot API has seen every reply. Ours
 * journals each step; grammY nothing. An echo is ready before ours would say that it is typing, so grammY then does not
 * say it either: both make the same calls.
 */
export const turns = async ({ quick, rounds, world, say }: Bench): Promise<ReadonlyArray<Row>> => {
  const ours = await serve({ api: world.port, transport: "webhook" })
  const messages = quick ? 1_000 : 4_000
  const once = async (server: Server, target: Target, count: number) => {
    const before = cpuMs(server.pid)
    const flood = { target, messages: count, chats: 200, connections: 50, firstId: freshIds(count) }
    const result = await world.ask("flood", flood)
    if (result.disorder > 0) throw new Error(`${result.disorder} replies overtook an earlier one of their chat`)
    if (result.refused > 0 || result.replies !== count) {
      throw new Error(`${count} messages brought ${result.replies} replies and ${result.refused} refusals`)
    }
    return {
      perSecond: (count / result.ms) * 1000,
      cpuMicros: ((cpuMs(server.pid) - before) * 1000) / count,
      actions: result.actions / count,
      disorder: result.disorder,
      p99: result.p99
    }
  }
  const found: Record<"ours" | "theirs", Array<Awaited<ReturnType<typeof once>>>> = { ours: [], theirs: [] }
  say("turns: warming up")
  const { actions } = await once(ours, ours.target, messages / 2)
  const work = actions > 0 ? "typing-and-reply" : "reply"
  const grammy = await start("peers/grammy.ts", ["webhook", String(world.port), work])
  const theirTarget: Target = { port: grammy.port, path: "/", shape: "telegram" }
  try {
    await once(grammy, theirTarget, messages / 2)
    for (let round = 1; round <= rounds; round++) {
      say(`turns: round ${round} of ${rounds}`)
      found.ours.push(await once(ours, ours.target, messages))
      found.theirs.push(await once(grammy, theirTarget, messages))
    }
  } finally {
    await Promise.all([ours.stop(), grammy.stop()])
  }
  return [
    ratioRow({
      what: `Turns end to end, ${messages.toLocaleString("en-US")} messages in 200 chats`,
      unit: "/s",
      ours: found.ours.map((one) => one.perSecond),
      beside: "grammY bot making the same calls, kept nowhere",
      theirs: found.theirs.map((one) => one.perSecond),
      aim: { least: 1 },
      more: found
    })
  ]
}
