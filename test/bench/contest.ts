import type { Bench } from "./Bench.ts"
import { cpuMs } from "./processes.ts"
import { freshIds, type Target } from "./updates.ts"

/** One of those that are measured in turns: its processes, and where it is spoken to. */
export interface Contestant {
  readonly pids: ReadonlyArray<number>
  readonly target: Target
}

const cpuOf = ({ pids }: Contestant): number => pids.reduce((sum, pid) => sum + cpuMs(pid), 0)

/** 50 kept-alive connections that deliver as fast as they are answered. `unknownEvent`: it is taken, and no turn follows. */
export const acknowledged = async (load: Bench["load"], one: Contestant, seconds: number, unknownEvent: boolean) => {
  const before = cpuOf(one)
  const flood = { target: one.target, connections: 50, seconds, chats: 1000, unknownEvent }
  const result = await load.ask("flood", { ...flood, firstId: freshIds(1_000_000) })
  if (result.bad > 0) throw new Error(`${result.bad} deliveries to port ${one.target.port} were not answered 200`)
  return {
    perSecond: result.perSecond,
    p99: result.p99,
    cpuMicros: ((cpuOf(one) - before) * 1000) / result.total
  }
}

/** From the first delivery to the last reply of so many messages by 200 people. */
export const answered = async (world: Bench["world"], one: Contestant, count: number) => {
  const before = cpuOf(one)
  const flood = { target: one.target, messages: count, chats: 200, connections: 50, firstId: freshIds(count) }
  const result = await world.ask("flood", flood)
  if (result.disorder > 0) throw new Error(`${result.disorder} replies overtook an earlier one of their chat`)
  if (result.refused > 0 || result.replies !== count) {
    throw new Error(`${count} messages brought ${result.replies} replies and ${result.refused} refusals`)
  }
  return {
    perSecond: (count / result.ms) * 1000,
    cpuMicros: ((cpuOf(one) - before) * 1000) / count,
    actions: result.actions / count,
    p50: result.p50,
    p99: result.p99
  }
}
