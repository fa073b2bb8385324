import { median, short, spread } from "../../bench/figures.ts"
import { serve } from "../../bench/gateway.ts"
import { type Found, type Given, type Part, type Row, worldName } from "../Evidence.ts"
import { type Cost, cost, type Idle, idle, peerIdle } from "../footprint/costs.ts"
import { type Installed, ownSize, sizeOf } from "../footprint/sizes.ts"
import { withSetting } from "../speed/setting.ts"

/** What the page of capacity is made of. */
export interface Footprint {
  readonly idle: ReadonlyArray<Idle>
  readonly costs: ReadonlyArray<Cost>
}

const size = ({ megabytes, packages }: Installed): string =>
  `${short(megabytes)} MB, ${packages} package${packages === 1 ? "" : "s"}`

const run = (given: Given): Promise<Found> =>
  withSetting(given, async (setting) => {
    const { bench } = setting
    given.say("footprint: sizes and starts")
    const own = ownSize()
    const sizes = {
      grammY: sizeOf("grammy"),
      "grammY + runner": sizeOf("grammy", "@grammyjs/runner"),
      Telegraf: sizeOf("telegraf")
    }
    const starts: Record<"polling" | "webhook", Array<number>> = { polling: [], webhook: [] }
    // The first start fills the compile cache, as an operator's first start does.
    for (let round = 0; round <= (bench.quick ? 3 : 10); round++) {
      for (const transport of ["polling", "webhook"] as const) {
        const gateway = await serve({ api: bench.world.port, transport })
        if (round > 0) starts[transport].push(gateway.readyMs)
        await gateway.stop()
      }
    }
    const peers = {
      grammY: await peerIdle(setting, "peers/grammy.ts", "polling"),
      Telegraf: await peerIdle(setting, "peers/telegraf.ts", "polling")
    }
    const idles: Array<Idle> = []
    for (const accounts of [1, 10, 100]) {
      given.say(`footprint: ${accounts} idle`)
      idles.push(await idle(setting, accounts))
    }
    const costs: Array<Cost> = []
    for (const world of setting.worlds.filter(({ runners }) => runners === 1)) {
      given.say(`footprint: what a message costs on ${worldName(world)}`)
      costs.push(await cost(setting, world))
    }
    const raw: Footprint & Record<string, unknown> = { own, sizes, starts, peers, idle: idles, costs }
    const peersSay = (of: (one: { readonly readyMs: number; readonly residentMb: number }) => string) =>
      Object.entries(peers)
        .map(([name, one]) => `${name} ${of(one)}`)
        .join("; ")
    const rows: ReadonlyArray<Row> = [
      {
        id: "footprint-install",
        what: "B8: installed, with all dependencies",
        measured: `${size(own)}; of that ${short(own.ownMegabytes)} MB ours`,
        beside: Object.entries(sizes)
          .map(([name, one]) => `${name} ${size(one)}`)
          .join("; ")
      },
      ...(["polling", "webhook"] as const).map((transport) => ({
        id: `footprint-start-${transport}`,
        what: `Cold start until \`/readyz\` answers 200, ${transport}`,
        measured: spread(starts[transport], " ms"),
        beside: transport === "polling" ? `to the first poll: ${peersSay((one) => `${short(one.readyMs)} ms`)}` : "",
        aim: "≤ 350 ms",
        met: median(starts[transport]) <= 350
      })),
      ...idles.map((one) => ({
        id: `footprint-idle-${one.accounts}`,
        what: `Idle with ${one.accounts} polling account${one.accounts === 1 ? "" : "s"}`,
        measured: `${short(one.residentMb)} MB, ${short(one.cpu)} % of one processor; ready after ${short(one.readyMs)} ms`,
        ...(one.accounts === 1
          ? {
              beside: peersSay(({ residentMb }) => `${short(residentMb)} MB`),
              aim: "< 100 MB",
              met: one.residentMb < 100
            }
          : {})
      })),
      ...costs.map((one) => ({
        id: `footprint-cost-${one.world.store}`,
        what: `${worldName(one.world)}: a message and its reply`,
        measured: `${short(one.cpuMicros)} µs CPU of the gateway, ${short(one.diskBytes)} bytes on disk until retention ends`,
        beside: `a chat that wrote once and is idle: ${short(Math.max(0, one.chatBytes))} bytes of memory (over ${one.chats.toLocaleString("en-US")} chats)`
      }))
    ]
    const notes = [
      "The peers' bots are scripts in TypeScript, whose types Node strips: some megabytes of their memory are that, and none of ours.",
      "What a chat leaves in memory is a difference of two resident sizes, in which the heap's own coming and going is larger than the chats."
    ]
    return { rows, notes, raw }
  })

export const footprint: Part = {
  name: "footprint",
  title: "Footprint",
  about:
    "The package as it is installed, its starts (compile cache warm), what it holds and burns when nobody writes, and what a message costs in processor and disk.",
  run
}
