import { serve } from "../../bench/gateway.ts"
import { short } from "../../bench/figures.ts"
import { cpuMs, start } from "../../bench/processes.ts"
import { sample, slopeAnHour } from "../../bench/sampling.ts"
import { freshIds } from "../../bench/updates.ts"
import type { WorldCommands } from "../../bench/world/main.ts"
import type { Found, Given, Part } from "../Evidence.ts"

const perSecond = 50
const chats = 500

const run = async (given: Given): Promise<Found> => {
  const seconds = given.soakSeconds ?? (given.size === "page" ? 600 : 20)
  const world = await start<WorldCommands>("world/main.ts")
  const gateway = await serve({ api: world.port, transport: "webhook" })
  const sampling = sample(gateway.pids, 1_000)
  const cpu = cpuMs(gateway.pid)
  let sent = 0
  let replies = 0
  let refused = 0
  const began = performance.now()
  try {
    while (performance.now() - began < seconds * 1_000) {
      const slice = Math.min(30, seconds)
      const found = await world.ask("steady", {
        target: gateway.target,
        perSecond,
        seconds: slice,
        chats,
        firstId: freshIds(perSecond * slice)
      })
      sent += found.sent
      replies += found.replies
      refused += found.refused
    }
    const elapsed = (performance.now() - began) / 1_000
    const cpuShare = (cpuMs(gateway.pid) - cpu) / 10 / elapsed
    const sampled = sampling.stop()
    // The heap finds its size in the first third.
    const { off, slope } = slopeAnHour(sampled, elapsed / 3)
    const last = sampled.points.at(-1)?.[1] ?? 0
    const most = Math.max(...sampled.points.map(([, mb]) => mb))
    const step = Math.ceil(sampled.points.length / 300)
    const points = sampled.points
      .filter((_, n) => n % step === 0)
      .map(([s, mb]) => [Math.round(s), Math.round(mb * 10) / 10] as const)
    const long = elapsed >= 300
    return {
      rows: [
        {
          id: "soak-answers",
          what: `${short(elapsed / 60)} minutes at ${perSecond} messages/s in ${chats} chats`,
          measured: `${replies.toLocaleString("en-US")} of ${sent.toLocaleString("en-US")} answered, ${refused} refused; ${short(cpuShare)} % of one processor`,
          aim: "all",
          met: replies === sent && refused === 0
        },
        {
          id: "soak-memory",
          what: "Slope of resident memory after the first third",
          measured: `${short(slope)} ± ${short(off)} MB/h (95 %)`,
          beside: `${short(last)} MB at the end, ${short(most)} MB at most`,
          ...(long ? { aim: "about zero: the interval holds 0, or ≤ 20 MB/h", met: slope - off <= 20 } : {})
        }
      ],
      charts: [
        {
          kind: "lines",
          file: "soak-memory",
          title: "Resident memory in the soak",
          subtitle: `${perSecond} messages a second, SQLite, one process`,
          x: "seconds",
          y: "MB",
          series: [{ name: "gateway", points }]
        }
      ],
      notes: [
        "It runs beside the parts that follow on the same machine, so its latency says nothing; memory and completeness do not mind. The interval counts neighbours that resemble each other as less than one sample each. `--soak 3600` is an hour."
      ],
      raw: { sent, replies, refused, seconds: elapsed, cpuShare, slope, off, points }
    }
  } finally {
    sampling.stop()
    await Promise.all([gateway.stop(), world.stop()])
  }
}

export const soak: Part = {
  name: "soak",
  title: "Soak",
  about: "One gateway on SQLite that is written to at a steady pace for a long time, looked at once a second.",
  beside: true,
  run
}
