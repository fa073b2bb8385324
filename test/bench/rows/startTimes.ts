import { setTimeout as sleep } from "node:timers/promises"
import type { Bench } from "../Bench.ts"
import { bin, serve } from "../gateway.ts"
import { residentMb, run, start } from "../processes.ts"
import { figureRow, ratioRow, type Row } from "../Row.ts"

/** What is called, and the exit code that it should have. Without an aim: what needs the whole gateway's parts, or the network. */
const commands: ReadonlyArray<{ readonly args: string; readonly code: number; readonly aim: boolean }> = [
  { args: "--version", code: 0, aim: true },
  { args: "--help", code: 0, aim: true },
  { args: "pairing aprove", code: 2, aim: true },
  { args: "pairing list", code: 0, aim: true },
  { args: "queue list", code: 0, aim: true },
  { args: "access list", code: 0, aim: true },
  { args: "schedule list", code: 0, aim: true },
  { args: "chat list", code: 0, aim: true },
  { args: "logs", code: 0, aim: true },
  { args: "completion bash", code: 0, aim: true },
  // The bench hands its configuration over by a flag, and here is none.
  { args: "config check", code: 2, aim: true },
  { args: "config schema", code: 0, aim: true },
  { args: "channels capabilities", code: 0, aim: true },
  { args: "channels status", code: 0, aim: false }
]

const timed = async (args: ReadonlyArray<string>, env: Record<string, string> = {}, code = 0): Promise<number> => {
  const ran = await run(process.execPath, args, env)
  if (ran.code !== code) throw new Error(`node ${args.join(" ")} ended with ${ran.code}: ${ran.err}`)
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
  const times = commands.map((): Array<number> => [])
  for (let round = 0; round <= (quick ? 5 : 20); round++) {
    const none = await timed(["-e", "0"])
    if (round > 0) empty.push(none)
    for (const [i, { args, code }] of commands.entries()) {
      const ms = await timed([bin(), ...args.split(" ")], env, code)
      // The first call of each fills the compile cache, as an operator's first one does.
      if (round > 0) times[i]?.push(ms)
    }
  }
  const rows = commands.map(({ aim, args }, i) =>
    ratioRow({
      what: `\`zalo-effect ${args}\``,
      unit: " ms",
      ours: times[i] ?? [],
      beside: "`node -e 0`",
      theirs: empty,
      ...(aim ? { aim: { most: 2.5 } } : {})
    })
  )
  return [
    ...rows,
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
