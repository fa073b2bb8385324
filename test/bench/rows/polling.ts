import type { Bench } from "../Bench.ts"
import { serve } from "../gateway.ts"
import { start } from "../processes.ts"
import { ratioRow, type Row } from "../Row.ts"
import { freshIds, type Shape } from "../updates.ts"

/** From the moment the open poll is answered to the echo's arrival, one message at a time. */
export const polling = async ({ quick, world, say }: Bench): Promise<ReadonlyArray<Row>> => {
  const rounds = quick ? 1 : 3
  const messages = quick ? 60 : 300
  const converse = async (shape: Shape) => {
    const result = await world.ask("conversation", { shape, messages, firstId: freshIds(messages) })
    if (result.replies !== messages) throw new Error(`${messages} messages brought ${result.replies} replies`)
    return result
  }
  const side = async (shape: Shape) => {
    const polled = world.ask("polled", null)
    const bot =
      shape === "zalo"
        ? await serve({ api: world.port, transport: "polling" })
        : await start("peers/grammy.ts", ["polling", String(world.port), "reply"])
    try {
      await polled
      // The first ones are slow on either side.
      await world.ask("conversation", { shape, messages: 50, firstId: freshIds(50) })
      return await converse(shape)
    } finally {
      await bot.stop()
    }
  }
  const ours: Array<Awaited<ReturnType<typeof side>>> = []
  const theirs: Array<Awaited<ReturnType<typeof side>>> = []
  for (let round = 1; round <= rounds; round++) {
    say(`polling: round ${round} of ${rounds}`)
    ours.push(await side("zalo"))
    theirs.push(await side("telegram"))
  }
  const row = (what: string, of: (one: (typeof ours)[number]) => number) =>
    ratioRow({
      what,
      unit: " ms",
      ours: ours.map(of),
      beside: "grammY polling, kept nowhere",
      theirs: theirs.map(of)
    })
  return [row("Poll to reply, p50", (one) => one.p50), row("Poll to reply, p99", (one) => one.p99)]
}
