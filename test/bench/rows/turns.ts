import type { Bench } from "../Bench.ts"
import { serve } from "../gateway.ts"
import { answered, type Contestant } from "../contest.ts"
import { start } from "../processes.ts"
import { ratioRow, type Row } from "../Row.ts"

/**
 * From delivery to the last reply: 200 people write, each message is echoed, until the Bot API has seen every reply. Ours
 * journals each step; grammY nothing. An echo is ready before ours would say that it is typing, so grammY then does not
 * say it either: both make the same calls.
 */
export const turns = async ({ quick, rounds, world, say }: Bench): Promise<ReadonlyArray<Row>> => {
  const ours = await serve({ api: world.port, transport: "webhook" })
  const messages = quick ? 1_000 : 4_000
  const found: Record<"ours" | "theirs", Array<Awaited<ReturnType<typeof answered>>>> = { ours: [], theirs: [] }
  say("turns: warming up")
  const { actions } = await answered(world, ours, messages / 2)
  const work = actions > 0 ? "typing-and-reply" : "reply"
  const grammy = await start("peers/grammy.ts", ["webhook", String(world.port), work])
  const theirs: Contestant = { pids: [grammy.pid], target: { port: grammy.port, path: "/", shape: "telegram" } }
  try {
    await answered(world, theirs, messages / 2)
    for (let round = 1; round <= rounds; round++) {
      say(`turns: round ${round} of ${rounds}`)
      found.ours.push(await answered(world, ours, messages))
      found.theirs.push(await answered(world, theirs, messages))
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
