import { short } from "../../bench/figures.ts"
import type { Sampled } from "../../bench/sampling.ts"
import type { Found, Given, Part, Row } from "../Evidence.ts"
import type { Statuses } from "../hostile/attacker.ts"
import { type AtTheDoor, atTheDoor } from "../hostile/bodies.ts"
import { type FarSide, farSide } from "../hostile/farSide.ts"
import type { Traffic } from "../hostile/traffic.ts"

const total = (statuses: Statuses, which: (status: number) => boolean): number =>
  Object.values(statuses).reduce(
    (sum, of) => sum + Object.entries(of).reduce((part, [status, n]) => part + (which(Number(status)) ? n : 0), 0),
    0
  )

const inWords = (statuses: Statuses): string => {
  const sums = new Map<string, number>()
  for (const of of Object.values(statuses)) {
    for (const [status, n] of Object.entries(of)) sums.set(status, (sums.get(status) ?? 0) + n)
  }
  return Array.from(sums)
    .toSorted(([, a], [, b]) => b - a)
    .map(([status, n]) => `${status === "0" ? "closed" : status} × ${n.toLocaleString("en-US")}`)
    .join(", ")
}

const people = (traffic: Traffic): string =>
  `${traffic.replies.toLocaleString("en-US")} of ${traffic.sent.toLocaleString("en-US")} answered, p50 ${short(traffic.p50)} ms, p99 ${short(traffic.p99)} ms, worst ${short(traffic.worst)} ms`

/** After the first quarter, when the heap has found its size, and at the end: the mean of a tenth of the samples each. */
const ends = ({ points }: Sampled) => {
  const mean = (from: number) => {
    const some = points.slice(
      Math.floor(points.length * from),
      Math.floor(points.length * from) + Math.ceil(points.length / 10)
    )
    return some.reduce((sum, [, mb]) => sum + mb, 0) / some.length
  }
  return { early: mean(0.25), late: mean(0.9), most: Math.max(...points.map(([, mb]) => mb)) }
}

const trafficRow = (id: string, what: string, traffic: Traffic, quiet: Traffic): Row => ({
  id,
  what,
  measured: people(traffic),
  beside: `nobody attacking: p99 ${short(quiet.p99)} ms`,
  aim: "all answered, p99 ≤ 500 ms",
  met: traffic.replies === traffic.sent && traffic.refused === 0 && traffic.p99 <= 500
})

export const doorRows = (door: AtTheDoor): ReadonlyArray<Row> => {
  const all = [door.mutated.statuses, door.guessed.statuses, door.oversized.statuses]
  const memory = ends(door.mutated.memory)
  const fives = all.reduce((sum, statuses) => sum + total(statuses, (status) => status >= 500), 0)
  return [
    {
      id: "hostile-bodies",
      what: `${door.mutated.sent.toLocaleString("en-US")} mutated bodies and headers under the right secret`,
      measured: `${inWords(door.mutated.statuses)}; ${short((door.mutated.sent / door.mutated.ms) * 1000)}/s`,
      aim: "no crash, no 5xx",
      met: door.alive && fives === 0
    },
    trafficRow("hostile-bodies-people", "Real people meanwhile", door.mutated.traffic, door.quiet),
    {
      id: "hostile-memory",
      what: "Resident memory over them",
      measured: `${short(memory.early)} MB after a quarter, ${short(memory.late)} MB at the end, ${short(memory.most)} MB at most`,
      beside: `${short(door.restMb)} MB before, ${short(door.endMb)} MB after all attacks`,
      ...(door.mutated.sent < 100_000
        ? {}
        : { aim: "end ≤ 1.25 × after a quarter", met: memory.late <= memory.early * 1.25 })
    },
    {
      id: "hostile-secrets",
      what: "Wrong secrets at full speed",
      measured: `${short((door.guessed.sent / door.guessed.ms) * 1000)}/s: ${inWords(door.guessed.statuses)}`,
      aim: "none but 401 and 429",
      met: total(door.guessed.statuses, (status) => status !== 401 && status !== 429) === 0
    },
    trafficRow(
      "hostile-secrets-people",
      "Real people meanwhile, from the same address",
      door.guessed.traffic,
      door.quiet
    ),
    {
      id: "hostile-loris",
      what: `${door.dribbled.opened} connections that send a byte every half second`,
      measured: `${door.dribbled.ended.body} bodies and ${door.dribbled.ended.head} heads were ended by the gateway${door.dribbled.firstEndMs === null ? "" : `, the first after ${short(door.dribbled.firstEndMs / 1000)} s`}`,
      aim: "30 s for a body, 60 s for a head"
    },
    trafficRow("hostile-loris-people", "Real people meanwhile", door.dribbled.traffic, door.quiet),
    {
      id: "hostile-oversized",
      what: "Bodies over 1 MiB, declared (2⁴⁰ bytes) and without end",
      measured: `${inWords(door.oversized.statuses)}; ${short(door.oversized.takenBytes / 2 ** 20)} MiB at most left the attacker`,
      aim: "413",
      met: total(door.oversized.statuses, (status) => status !== 413) === 0
    }
  ]
}

export const farRows = (far: FarSide): ReadonlyArray<Row> => {
  const passage = (id: string, what: string, one: FarSide["sends"], limit: number): Row => {
    const { most } = ends(one.memory)
    return {
      id,
      what,
      measured: `${one.hostileAnswers} such answers; then ${one.answered} of ${one.after} honest messages answered within ${short(one.healedMs / 1000)} s; ${short(most)} MB at most`,
      aim: `no crash, all answered within ${limit} s, nothing followed inside`,
      met: one.alive && one.answered >= one.after && one.healedMs <= limit * 1000 && one.canaryHits === 0
    }
  }
  return [
    passage(
      "hostile-api-sends",
      "A Bot API that answers sends with nonsense: torn, huge, endless, wrong types, HTML, gzip bombs, redirects",
      far.sends,
      10
    ),
    passage("hostile-api-polls", "The same to `getUpdates`", far.polls, 60),
    {
      ...passage("hostile-agent", "An agent that answers with nonsense", far.agent, 10),
      beside: `longest text sent ${far.agent.longest} characters, ${far.agent.leaks} with files of this machine`
    },
    {
      id: "hostile-ssrf",
      what: `${far.fetched.addresses} pictures at loopback, private and metadata addresses in every spelling`,
      measured: `${far.fetched.canaryHits} reached a server that listens there, ${far.fetched.photosPassedOn} passed on to Zalo; ${far.fetched.answered} turns answered without the picture`,
      aim: "0 reached, all answered",
      met:
        far.fetched.canaryHits === 0 &&
        far.fetched.photosPassedOn === 0 &&
        far.fetched.answered === far.fetched.addresses
    }
  ]
}

const thinned = ({ points }: Sampled): Sampled => {
  const step = Math.ceil(points.length / 200)
  return {
    points: points
      .filter((_, n) => n % step === 0)
      .map(([s, mb]) => [Math.round(s * 10) / 10, Math.round(mb * 10) / 10])
  }
}

const run = async (given: Given): Promise<Found> => {
  const { seed, size } = given
  const page = size === "page"
  const door = await atTheDoor({
    bodies: given.bodies ?? (page ? 1_000_000 : 20_000),
    guessSeconds: page ? 10 : 3,
    dribbleSeconds: page ? 65 : 4,
    sockets: page ? 1_000 : 200,
    seed,
    say: given.say
  })
  const far = await farSide(page ? 10 : 3, seed, given.say)
  const memory = thinned(door.mutated.memory)
  return {
    rows: [...doorRows(door), ...farRows(far)],
    charts: [
      {
        kind: "lines",
        file: "hostile-memory",
        title: "Resident memory under mutated requests",
        subtitle: `${door.mutated.sent.toLocaleString("en-US")} requests, while real people write 50 messages a second`,
        x: "seconds",
        y: "MB",
        series: [{ name: "gateway", points: memory.points }]
      }
    ],
    notes: [
      "The attacker knows the secret in all but the second attack; half of its requests are JSON whose shape is wrong, the others are wrong in their spelling, bytes, headers or framing (`test/evidence/hostile/mutations.ts`). `closed` counts requests that got no answer because what was sent was no HTTP, or waited for more.",
      "Attacker, gateway, people and Bot API share the processors, so the people's latency under attack is also that of a busy machine."
    ],
    raw: {
      door: {
        ...door,
        mutated: { ...door.mutated, memory },
        guessed: { ...door.guessed, memory: undefined },
        dribbled: { ...door.dribbled, memory: undefined }
      },
      far: {
        ...far,
        sends: { ...far.sends, memory: thinned(far.sends.memory) },
        polls: { ...far.polls, memory: thinned(far.polls.memory) },
        agent: { ...far.agent, memory: thinned(far.agent.memory) }
      }
    }
  }
}

export const hostile: Part = {
  name: "hostile",
  title: "Hostile input",
  about:
    "A real gateway with a webhook on SQLite, whose door is attacked by another process while 50 people write 50 messages a second; then one whose Bot API, whose agent and whose pictures turn hostile. " +
    "Everything is drawn from a seed, so that a run can be repeated.",
  run
}
