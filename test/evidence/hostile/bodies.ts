import { type Gateway, serve } from "../../bench/gateway.ts"
import { residentMb, start } from "../../bench/processes.ts"
import { sample, type Sampled } from "../../bench/sampling.ts"
import type { WorldCommands } from "../../bench/world/main.ts"
import type { AttackCommands, Statuses } from "./attacker.ts"
import { during, realIds, type Traffic } from "./traffic.ts"

export interface Asked {
  readonly bodies: number
  readonly guessSeconds: number
  readonly dribbleSeconds: number
  readonly sockets: number
  readonly seed: number
  readonly say: (text: string) => void
}

/** What the webhook's door went through. */
export interface AtTheDoor {
  readonly quiet: Traffic
  readonly mutated: {
    readonly statuses: Statuses
    readonly sent: number
    readonly ms: number
    readonly traffic: Traffic
    readonly memory: Sampled
  }
  readonly guessed: {
    readonly statuses: Statuses
    readonly sent: number
    readonly ms: number
    readonly traffic: Traffic
    readonly memory: Sampled
  }
  readonly dribbled: {
    readonly opened: number
    readonly ended: { readonly head: number; readonly body: number }
    readonly firstEndMs: number | null
    readonly traffic: Traffic
  }
  readonly oversized: { readonly statuses: Statuses; readonly takenBytes: number }
  readonly restMb: number
  readonly endMb: number
  readonly alive: boolean
}

const isAlive = ({ pid }: Gateway): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Attacks the webhook of a real gateway in turn, while real people write. */
export const atTheDoor = async ({
  bodies,
  dribbleSeconds,
  guessSeconds,
  say,
  seed,
  sockets
}: Asked): Promise<AtTheDoor> => {
  const world = await start<WorldCommands>("world/main.ts")
  const attacker = await start<AttackCommands>("../evidence/hostile/attacker.ts")
  const gateway = await serve({
    api: world.port,
    transport: "webhook",
    account: { dmPolicy: "allowlist", allowFrom: realIds }
  })
  const { port, target } = gateway
  const watched = async <A>(work: Promise<A>) => {
    const sampling = sample(gateway.pids, 250)
    const [result, traffic] = await during(world, target, 3, work)
    return { ...result, traffic, memory: sampling.stop() }
  }
  try {
    say("hostile: real people alone")
    await world.ask("steady", { target, perSecond: 50, seconds: 2, chats: 50, firstId: 1 })
    const [, quiet] = await during(world, target, 3, Promise.resolve(null))
    const restMb = residentMb(gateway.pid)
    say(`hostile: ${bodies.toLocaleString("en-US")} mutated requests`)
    const mutated = await watched(attacker.ask("mutate", { port, count: bodies, seed, connections: 16 }))
    say("hostile: wrong secrets")
    const guessed = await watched(attacker.ask("guess", { port, seconds: guessSeconds, seed, connections: 16 }))
    say("hostile: connections without end, bodies without end")
    const dribbled = await watched(attacker.ask("dribble", { port, sockets, seconds: dribbleSeconds }))
    const oversized = await attacker.ask("oversized", { port, count: 20 })
    return {
      quiet,
      mutated,
      guessed,
      dribbled,
      oversized,
      restMb,
      endMb: residentMb(gateway.pid),
      alive: isAlive(gateway)
    }
  } finally {
    await Promise.all([gateway.stop(), attacker.stop(), world.stop()])
  }
}
