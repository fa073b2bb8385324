import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Cause from "effect/Cause"
import type * as Scope from "effect/Scope"
import { chanceOf } from "../../chaos/chance.ts"
import { crashLoop, type LoopOptions, type LoopReport } from "../../chaos/loop.ts"
import type { Way } from "../../chaos/world.ts"
import { makeDatabase } from "../../postgres/database.ts"
import { programs, startServer } from "../../postgres/server.ts"
import { makeNetworks } from "../chaos/networks.ts"
import { jumpingClock, serverDies, smallDisk } from "../chaos/strikes.ts"
import type { Found, Given, Part, Row } from "../Evidence.ts"

/** What a run is about; without options where the machine does not allow it. */
type Setting = Omit<LoopOptions, "transport" | "kills" | "chance">

interface Run {
  readonly id: string
  readonly what: string
  /** Of 1,000 strikes. */
  readonly share: number
  /** Strikes that are not kills are counted apart. */
  readonly kill: boolean
  readonly transports: ReadonlyArray<Way>
  /** Both transports at once. */
  readonly together?: boolean
  readonly setting: (seed: number) => Effect.Effect<Setting | string, never, Scope.Scope>
}

const torn: LoopOptions["faults"] = [
  { kind: "tear", taken: true, method: "sendMessage", chance: 0.05 },
  { kind: "drop", taken: true, method: "sendMessage", chance: 0.05 },
  { kind: "html", status: 502, method: "sendMessage", chance: 0.03 },
  { kind: "html", status: 429, method: "sendMessage", chance: 0.03 },
  { kind: "delay", ms: 1_500, taken: true, method: "sendMessage", chance: 0.03 }
]

const both: ReadonlyArray<Way> = ["webhook", "polling"]
const noServer = "no PostgreSQL server is installed here, and --store names none"
const server = (given: Given) =>
  given.storeUrl === undefined
    ? programs === undefined
      ? Effect.succeed(undefined)
      : Effect.map(startServer, ({ url }) => url)
    : Effect.succeed(given.storeUrl)

const onPostgres = (given: Given, runners: number) =>
  Effect.gen(function* () {
    const url = yield* server(given)
    return url === undefined ? noServer : { ground: { storeUrl: yield* makeDatabase(url), runners } }
  })

const runsOf = (given: Given): ReadonlyArray<Run> => {
  const runners = Math.max(2, given.runners)
  return [
    {
      id: "sqlite",
      what: "SQLite, one process",
      share: 460,
      kill: true,
      transports: both,
      together: true,
      setting: () => Effect.succeed({})
    },
    {
      id: "torn",
      what: "SQLite, one process, and a Bot API that is slow, torn and refuses",
      share: 120,
      kill: true,
      transports: both,
      together: true,
      setting: () => Effect.succeed({ faults: torn })
    },
    {
      id: "postgres",
      what: "Postgres, one process",
      share: 200,
      kill: true,
      transports: both,
      together: true,
      setting: () => onPostgres(given, 1)
    },
    {
      id: "runners",
      what: `Postgres, one of ${runners} runners`,
      share: 160,
      kill: true,
      transports: both,
      setting: () => onPostgres(given, runners)
    },
    {
      id: "server",
      what: "Postgres, its server",
      share: 60,
      kill: true,
      transports: both,
      setting: (seed) =>
        programs === undefined
          ? Effect.succeed("no PostgreSQL server is installed here that may be killed")
          : Effect.map(startServer, (one) => ({
              ground: { storeUrl: one.url, runners: 1 },
              strike: serverDies(one, chanceOf(seed))
            }))
    },
    {
      id: "disk",
      what: "SQLite, a full disk",
      share: 20,
      kill: false,
      transports: both,
      together: true,
      setting: (seed) =>
        Effect.map(smallDisk(chanceOf(seed)), (disk) =>
          disk === undefined
            ? "no small disk can be mounted here"
            : { ground: { runners: 1, data: disk.folder }, strike: disk.strike }
        )
    },
    {
      id: "clock",
      what: "SQLite, a clock that is set up to an hour forth or back",
      share: 30,
      kill: false,
      transports: both,
      together: true,
      setting: (seed) =>
        Effect.map(jumpingClock(chanceOf(seed)), (clock) =>
          clock === undefined ? "libfaketime is not installed here" : { env: clock.env, strike: clock.strike }
        )
    },
    {
      id: "partition",
      what: `Postgres, ${runners} runners, one cut off from the others or from everything for 1 to 8 s`,
      share: 12,
      kill: false,
      transports: both,
      setting: Effect.fnUntraced(function* (seed) {
        const networks = yield* makeNetworks(runners, chanceOf(seed))
        if (networks === undefined) return "network namespaces cannot be made here"
        const setting = yield* onPostgres(given, runners)
        if (typeof setting === "string") return setting
        return { ground: { ...setting.ground, hosts: networks.hosts }, strike: networks.strike }
      })
    }
  ]
}

interface Done {
  readonly run: Run
  readonly transport: Way
  readonly count: number
  readonly report: LoopReport | undefined
  /** Why it was left out, or how it failed. */
  readonly leftOut: string | undefined
  readonly failed: string | undefined
}

const one = Effect.fnUntraced(function* (
  given: Given,
  run: Run,
  transport: Way,
  count: number,
  seed: number
): Effect.fn.Return<Done> {
  const told = (n: number) => {
    if (n % 50 === 0 || n === count) given.say(`chaos: ${run.id} over ${transport}: ${n} of ${count}`)
  }
  const done = { run, transport, count, report: undefined, leftOut: undefined, failed: undefined }
  const exit = yield* Effect.exit(
    Effect.scoped(
      Effect.gen(function* () {
        const setting = yield* run.setting(seed)
        if (typeof setting === "string") return setting
        return yield* crashLoop({ ...setting, transport, kills: count, chance: chanceOf(seed), onKill: told })
      })
    )
  )
  if (Exit.isFailure(exit)) return { ...done, failed: Cause.pretty(exit.cause).slice(0, 6_000) }
  return typeof exit.value === "string" ? { ...done, leftOut: exit.value } : { ...done, report: exit.value }
})

const rowOf = ({ count, failed, report, run, transport }: Done): Row => {
  const what = `${run.what}, ${transport}: ${count} ${run.kill ? "kills" : "times"}`
  const id = `chaos-${run.id}-${transport}`
  const aim = "every accepted message answered once, in order"
  if (report === undefined)
    return { id, what, measured: `the run failed: ${failed?.split("\n", 1)[0] ?? ""}`, aim, met: false }
  const window = transport === "polling" ? `; ${report.inTheWindow} in the polling window` : ""
  return {
    id,
    what,
    measured: `${report.accepted.toLocaleString("en-US")} accepted, ${report.broken.length === 0 ? "0 lost, out of order or unaccounted for" : `**${report.broken.length} broken promises**`}${window}`,
    beside: `${report.between} of ${count} while something was under way; ${report.doubled} chunks twice, each recorded as unknown first; ${report.undecided} unknown for good; ${Math.round(report.elapsedMs / 1000)} s`,
    aim,
    met: report.broken.length === 0
  }
}

const run = async (given: Given): Promise<Found> => {
  const total = given.kills ?? (given.size === "page" ? 1_000 : 50)
  const results: Array<Done> = []
  for (const [n, kind] of runsOf(given).entries()) {
    const count = Math.max(kind.kill ? 3 : 2, Math.round((total * kind.share) / 1_000 / kind.transports.length))
    const each = kind.transports.map((transport, m) => one(given, kind, transport, count, given.seed + 10 * n + m))
    results.push(...(await Effect.runPromise(Effect.all(each, { concurrency: kind.together === true ? 2 : 1 }))))
  }
  const shown = results.filter(({ leftOut }) => leftOut === undefined)
  const reports = shown.flatMap(({ report, run }) => (report === undefined ? [] : [{ ...report, kill: run.kill }]))
  const sum = (of: (report: (typeof reports)[number]) => number) => reports.reduce((all, report) => all + of(report), 0)
  const kills = sum((report) => (report.kill ? report.kills : 0))
  const all: Row = {
    id: "chaos",
    what: `All of it: ${kills.toLocaleString("en-US")} SIGKILLs and ${sum((report) => (report.kill ? 0 : report.kills))} other strikes under load`,
    measured: `${sum((report) => report.accepted).toLocaleString("en-US")} accepted, ${sum((report) => report.broken.length)} broken promises, ${shown.length - reports.length} runs that failed`,
    beside: `${sum((report) => report.between)} strikes while something was under way, ${sum((report) => report.early)} before the process was ready`,
    aim: "0 broken",
    met: shown.every(({ report }) => report?.broken.length === 0)
  }
  return {
    rows: [all, ...shown.map(rowOf)],
    notes: [
      ...new Set(
        results.flatMap(({ leftOut, run }) =>
          leftOut === undefined ? [] : [`Left out: ${run.what}, because ${leftOut}.`]
        )
      ),
      "The polling window: `getUpdates` hands a message out once, so what was on its way between Zalo's answer and the commit when the process died is gone. No more may be missing than polls that a kill can have cut. A webhook has no such window."
    ],
    raw: results.map(({ run, ...done }) => ({ id: run.id, ...done }))
  }
}

export const chaos: Part = {
  name: "chaos",
  title: "Chaos",
  about:
    "Two bots, one with a slow agent, eight people who write without a pause in one to four chunks, and a gateway that is killed with SIGKILL about twice a second and started again; then it may finish. " +
    "What people heard is held to what was accepted (`test/chaos/model.ts`): every message that a webhook answered with 200, or that a poll handed out and the journal committed, has exactly one turn's replies, in order in its chat; a chunk is there twice only where an attempt was recorded as `unknown`. " +
    "Two builds with a promise broken on purpose are found out by the same model (`test/chaos/mutants.test.ts`).",
  run
}
