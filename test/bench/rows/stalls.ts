import { join } from "node:path"
import type { Bench } from "../Bench.ts"
import { serveWatched } from "../gateway.ts"
import { start } from "../processes.ts"
import { figureRow, type Row } from "../Row.ts"
import { freshIds } from "../updates.ts"
import type { WatchCommands } from "../watched.ts"
import type { WriterCommands } from "../writer.ts"

/**
 * How long the event loop of a busy gateway stands still: 500 chats write, another process decides about people in the same
 * store 50 times a second, and the journal is long. An idle process beside it tells what the machine itself does to a timer.
 */
export const stalls = async (
  { quick, world, say }: Bench,
  stores: ReadonlyMap<number, string>
): Promise<ReadonlyArray<Row>> => {
  const rounds = quick ? 1 : 3
  const [rows = 0, data = ""] = Array.from(stores).at(-1) ?? []
  const ours = await serveWatched({ api: world.port, transport: "webhook", data })
  const idle = await start<WatchCommands>("watched.ts")
  const writer = await start<WriterCommands>("writer.ts", [join(data, "zalo-effect.db")])
  const perSecond = 400
  const seconds = quick ? 4 : 10
  const once = async () => {
    await ours.ask("reset", null)
    await idle.ask("reset", null)
    const count = perSecond * seconds
    const [written, load] = await Promise.all([
      writer.ask("write", { perSecond: 50, seconds }),
      world.ask("steady", { target: ours.target, perSecond, seconds, chats: 500, firstId: freshIds(count) })
    ])
    if (load.replies !== count) throw new Error(`${count} messages brought ${load.replies} replies`)
    return { ours: await ours.ask("delays", null), idle: await idle.ask("delays", null), written, load }
  }
  const found: Array<Awaited<ReturnType<typeof once>>> = []
  try {
    say("stalls: warming up")
    await once()
    for (let round = 1; round <= rounds; round++) {
      say(`stalls: round ${round} of ${rounds}`)
      found.push(await once())
    }
  } finally {
    await Promise.all([ours.stop(), idle.stop(), writer.stop()])
  }
  return [
    figureRow({
      what: `Longest stall of the event loop: 500 chats at ${perSecond}/s, a second process writing, ${rows.toLocaleString("en-US")} messages`,
      unit: " ms",
      ours: found.map((one) => one.ours.max),
      beside: "an idle process at the same time",
      theirs: found.map((one) => one.idle.max),
      aim: { most: 20 },
      more: found
    })
  ]
}
