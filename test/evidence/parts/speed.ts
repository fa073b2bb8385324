import { median, short, spread } from "../../bench/figures.ts"
import { type Found, type Given, type Part, type Row, worldName } from "../Evidence.ts"
import type { Chart } from "../render/Chart.ts"
import { type Backlog, backlog } from "../speed/backlog.ts"
import { withSetting } from "../speed/setting.ts"
import { type StoreSpeed, storeSpeed } from "../speed/stores.ts"

/** What the page of capacity is made of. */
export interface SpeedRaw {
  readonly speeds: ReadonlyArray<StoreSpeed>
  readonly backlogs: ReadonlyArray<Backlog>
}

const anchor = ({ runners, store }: StoreSpeed["world"]): string =>
  store === "sqlite" ? "sqlite" : `postgres-${runners}`

const rate = (all: ReadonlyArray<{ readonly perSecond: number }>) => all.map((one) => one.perSecond)

const rowsOf = (one: StoreSpeed): ReadonlyArray<Row> => {
  const where = worldName(one.world)
  const at50 = one.steady.find(({ perSecond }) => perSecond === 50)
  const cpu = (all: ReadonlyArray<{ readonly cpuMicros: number }>) =>
    `${short(median(all.map(({ cpuMicros }) => cpuMicros)))} µs CPU each`
  const steady = one.steady.map(
    ({ p50, p99, perSecond, replies, sent }) =>
      `${perSecond}/s: p50 ${short(p50)}, p99 ${short(p99)} ms${replies === sent ? "" : `, ${sent - replies} without a reply`}`
  )
  return [
    {
      id: `speed-turns-${anchor(one.world)}`,
      what: `${where}: whole turns, delivery to reply`,
      measured: spread(rate(one.turns), "/s"),
      beside: cpu(one.turns)
    },
    {
      id: `speed-latency-${anchor(one.world)}`,
      what: `${where}: delivery to reply at a steady pace`,
      measured: steady.join("; "),
      aim: "p99 < 25 ms at 50/s",
      met: at50 !== undefined && at50.p99 < 25 && at50.replies === at50.sent
    },
    {
      id: `speed-ack-${anchor(one.world)}`,
      what: `${where}: webhook answered after the commit`,
      measured: spread(rate(one.ack), "/s"),
      beside: `${cpu(one.ack)}; judged and ended too: ${spread(rate(one.judged), "/s")}, ${cpu(one.judged)}`
    }
  ]
}

const backlogRow = (one: Backlog): Row => ({
  id: `speed-backlog-${one.world.store}`,
  what: `${worldName(one.world)}: a start with ${one.rows.toLocaleString("en-US")} messages that wait`,
  measured: `first reply ${short(one.firstReplyMs)} ms after the process began, all of them after ${short(one.drainedMs / 1_000)} s (${short(one.perSecond)}/s)`,
  beside: `ready after ${short(one.readyMs)} ms; ${short(one.mostMb)} MB at most`,
  aim: "first reply < 1 s",
  met: one.firstReplyMs < 1_000
})

const chart = (speeds: ReadonlyArray<StoreSpeed>): Chart => ({
  kind: "bars",
  file: "speed-turns",
  title: "Turns a second by store and runners",
  subtitle: "All of it on one machine: runners share its processors with the database, the load and the emulated Zalo",
  unit: "/s",
  bars: speeds.map(({ turns, world }) => ({
    label: worldName(world),
    value: median(rate(turns)),
    from: Math.min(...rate(turns)),
    to: Math.max(...rate(turns))
  }))
})

const run = (given: Given): Promise<Found> =>
  withSetting(given, async (setting) => {
    const speeds = []
    for (const world of setting.worlds) {
      given.say(`speed: ${worldName(world)}`)
      speeds.push(await storeSpeed(setting, world))
    }
    const backlogs = []
    for (const world of setting.worlds.filter(({ runners }) => runners === 1)) {
      // Postgres takes several times as long for each: a part of it tells as much.
      const most = world.store === "sqlite" ? 100_000 : 20_000
      const rows = given.size === "page" ? most : 5_000
      given.say(`speed: a backlog of ${rows.toLocaleString("en-US")} on ${worldName(world)}`)
      backlogs.push(await backlog(setting, world, rows))
    }
    return {
      rows: [...speeds.flatMap(rowsOf), ...backlogs.map(backlogRow)],
      charts: [chart(speeds)],
      notes: [
        ...(setting.databases === undefined
          ? ["Postgres was left out: no server is installed here, and `--store` names none."]
          : []),
        "Runners on one machine do not add processors, they share them: these rows show what a cluster costs a message, not how far several machines go."
      ],
      raw: { speeds, backlogs }
    }
  })

export const speed: Part = {
  name: "speed",
  title: "Speed by store and runners",
  about:
    "The built program, a webhook, an echo; 200 people at full speed over 50 connections, then 50 people at a steady pace whether or not replies come. Postgres is a server of its own on the same disk with its defaults (`synchronous_commit` and `fsync` on); several runners stand behind a round-robin proxy.",
  run
}
