import { setTimeout as sleep } from "node:timers/promises"
import type { Bench } from "../Bench.ts"
import { bin, serve } from "../gateway.ts"
import { residentMb, run, start } from "../processes.ts"
import { figureRow, ratioRow, type Row } from "../Row.ts"

const timed = async (args: ReadonlyArray<string>, env: Record<string, string> = {}): Promise<number> => {
  const ran = await run(process.execPath, args, env)
  if (ran.code !== 0) throw new Error(`node ${args.join(" ")} ended with ${ran.code}: ${ran.err}`)
  return ran.ms
}

/** Commands beside an empty program, `serve` to its first ready answer, and what it holds in memory when nothing happens. */
export const startTimes = async ({ quick, rounds, world, say }: Bench): Promise<ReadonlyArray<Row>> => {
  say("start: serve")
  const readyPolling: Array<number> = []
  const readyWebhook: Array<number> = []
  const resident: Array<number> = []
  let env: Record<string, string> = {}
  // The first start fills the compile cache, as an operator's first start does.
  for (let round = 0; round <= (quick ? 2 : 2 * rounds); round++) {
    for (const [transport, times] of [
      ["polling", readyPolling],
      ["webhook", readyWebhook]
    ] as const) {
      const gateway = await serve({ api: world.port, transport })
      if (round > 0) times.push(gateway.readyMs)
      if (round === 1 && transport === "webhook") {
        await sleep(5_000)
        resident.push(residentMb(gateway.pid))
      }
      env = gateway.env
      await gateway.stop()
    }
  }
  const polled = world.ask("polled", null)
  const grammy = await start("peers/grammy.ts", ["polling", String(world.port), "reply"])
  await polled
  await sleep(5_000)
  const theirResident = residentMb(grammy.pid)
  await grammy.stop()

  say("start: commands")
  const empty: Array<number> = []
  const version: Array<number> = []
  const list: Array<number> = []
  for (let round = 0; round <= (quick ? 10 : 40); round++) {
    const times = [
      await timed(["-e", "0"]),
      await timed([bin(), "--version"], env),
      await timed([bin(), "pairing", "list"], env)
    ] as const
    if (round === 0) continue
    empty.push(times[0])
    version.push(times[1])
    list.push(times[2])
  }
  const command = (name: string, ours: ReadonlyArray<number>) =>
    ratioRow({ what: `\`${name}\``, unit: " ms", ours, beside: "`node -e 0`", theirs: empty, aim: { most: 2.5 } })
  return [
    command("zalo-effect --version", version),
    command("zalo-effect pairing list", list),
    figureRow({ what: "`serve` until ready, polling", unit: " ms", ours: readyPolling, aim: { most: 350 } }),
    figureRow({ what: "`serve` until ready, webhook", unit: " ms", ours: readyWebhook, aim: { most: 350 } }),
    figureRow({
      what: "Resident memory, idle for 5 s",
      unit: " MB",
      ours: resident,
      beside: "grammY polling bot",
      theirs: [theirResident],
      aim: { most: 100 }
    })
  ]
}
