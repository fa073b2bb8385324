import { median, short } from "../../bench/figures.ts"
import { type Result, type World, worldName } from "../Evidence.ts"
import type { Footprint } from "../parts/footprint.ts"
import type { SpeedRaw } from "../parts/speed.ts"

const table = (heads: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const bytes = (count: number): string =>
  count >= 1e9 ? `${short(count / 1e9)} GB` : count >= 1e6 ? `${short(count / 1e6)} MB` : `${short(count / 1e3)} kB`

const one = (store: World["store"]): World => ({ store, runners: 1 })

const most = (speed: SpeedRaw, store: World["store"]): number =>
  median(
    speed.speeds
      .filter(({ world }) => world.store === store && world.runners === 1)
      .flatMap(({ turns }) => turns.map(({ perSecond }) => perSecond))
  )

/** Memory of the process and of each account, out of the idle ones: a line through the first and the last. */
const memory = ({ idle }: Footprint): { readonly base: number; readonly account: number } => {
  const [first, last] = [idle[0], idle.at(-1)]
  if (first === undefined || last === undefined || first === last)
    return { base: first?.residentMb ?? Number.NaN, account: Number.NaN }
  const account = (last.residentMb - first.residentMb) / (last.accounts - first.accounts)
  return { base: first.residentMb - account * first.accounts, account }
}

const measured = (footprint: Footprint, speed: SpeedRaw): string => {
  const { account, base } = memory(footprint)
  return table(
    ["What", ...footprint.costs.map(({ world }) => worldName(world))],
    [
      [
        "CPU of the gateway, a message and its reply",
        ...footprint.costs.map(({ cpuMicros }) => `${short(cpuMicros)} µs`)
      ],
      [
        "Disk, a message and its reply, until retention ends",
        ...footprint.costs.map(({ diskBytes }) => bytes(diskBytes))
      ],
      [
        "Messages a second at most, everything on one machine",
        ...footprint.costs.map(({ world }) => short(most(speed, world.store)))
      ],
      ["Memory of a process with nothing to do", ...footprint.costs.map(() => `${short(base)} MB`)],
      ["Memory of an account that polls, idle", ...footprint.costs.map(() => `${short(account)} MB`)],
      [
        "Memory of a chat, idle (the noise of the heap is in it)",
        ...footprint.costs.map(({ chatBytes }) => bytes(Math.max(0, chatBytes)))
      ]
    ]
  )
}

const shop = { messagesADay: 2_000, busiest: 3 }

const follows = (footprint: Footprint, speed: SpeedRaw): string => {
  const { account, base } = memory(footprint)
  const rows = [1, 10, 100, 1_000, 10_000].map((shops) => {
    const peak = (shops * shop.messagesADay * shop.busiest) / 86_400
    const share = (store: World["store"]) => {
      const cost = footprint.costs.find(({ world }) => world.store === store)
      return cost === undefined ? "–" : `${short((peak * cost.cpuMicros) / 1e4)} %`
    }
    const month = (store: World["store"]) => {
      const cost = footprint.costs.find(({ world }) => world.store === store)
      return cost === undefined ? "–" : bytes(cost.diskBytes * shop.messagesADay * 30 * shops)
    }
    const sqliteFits = peak <= most(speed, "sqlite") / 2
    const runners = Math.max(2, Math.ceil(peak / (most(speed, "postgres") / 2)))
    const stands = sqliteFits
      ? worldName(one("sqlite"))
      : Number.isFinite(runners)
        ? `Postgres, ${runners} runners`
        : "Postgres, several runners"
    return [
      shops.toLocaleString("en-US"),
      short(peak),
      share("sqlite"),
      share("postgres"),
      month("sqlite"),
      month("postgres"),
      `${short(base + account * shops)} MB`,
      stands
    ]
  })
  return table(
    [
      "Shops",
      "Messages/s in the busiest hour",
      "Of a processor, SQLite",
      "Of a processor, Postgres",
      "30 days on disk, SQLite",
      "30 days on disk, Postgres",
      "Memory if all poll",
      "Stands on"
    ],
    rows
  )
}

const between = (text: string, mark: string, content: string): string => {
  const [open, close] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`]
  const [from, to] = [text.indexOf(open), text.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`docs/capacity.md lacks ${open} … ${close}`)
  return `${text.slice(0, from + open.length)}\n\n${content}\n\n${text.slice(to)}`
}

/** The page of capacity with its figures anew; as it is where they were not measured. */
export const capacity = (text: string, results: ReadonlyMap<string, Result>): string => {
  const footprint = results.get("footprint")
  const speed = results.get("speed")
  if (footprint === undefined || speed === undefined) return text
  const [costs, speeds]: [Footprint, SpeedRaw] = JSON.parse(JSON.stringify([footprint.raw, speed.raw]))
  return between(between(text, "measured", measured(costs, speeds)), "follows", follows(costs, speeds))
}
