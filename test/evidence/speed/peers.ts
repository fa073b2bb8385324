import { acknowledged, answered, type Contestant } from "../../bench/contest.ts"
import { serve } from "../../bench/gateway.ts"
import { start } from "../../bench/processes.ts"
import { freshIds, type Shape } from "../../bench/updates.ts"
import type { Setting } from "./setting.ts"

export const peerNames = {
  ours: "zalo-effect",
  grammy: "grammY",
  runner: "grammY + runner, sequentialize",
  telegraf: "Telegraf",
  bare: "bare `node:http`"
} as const

export type Peer = keyof typeof peerNames

type Rounds<A> = Readonly<Partial<Record<Peer, ReadonlyArray<A>>>>

/** What each of them does with the same load, in turns. */
export interface PeerSpeed {
  readonly ack: Rounds<Awaited<ReturnType<typeof acknowledged>>>
  readonly turns: Rounds<Awaited<ReturnType<typeof answered>>>
  readonly drain: Rounds<{
    readonly perSecond: number
    readonly disorder: number
    readonly replies: number
    readonly messages: number
  }>
  readonly behindSlow: Rounds<{ readonly p50: number; readonly max: number; readonly replies: number }>
}

const inTurns = async <A>(
  sides: ReadonlyArray<readonly [Peer, () => Promise<A>]>,
  rounds: number
): Promise<Partial<Record<Peer, Array<A>>>> => {
  const found: Partial<Record<Peer, Array<A>>> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [peer, once] of sides) (found[peer] ??= []).push(await once())
  }
  return found
}

const script = (peer: Peer): string => `peers/${peer === "runner" ? "grammy" : peer}.ts`

const webhooks = async ({ bench }: Setting, work: "nothing" | "reply") => {
  const { world } = bench
  const one = async (peer: Peer) => {
    if (peer === "ours") return serve({ api: world.port, transport: "webhook" })
    const server = await start(script(peer), peer === "bare" ? [] : ["webhook", String(world.port), work])
    const shape: Shape = peer === "bare" ? "zalo" : "telegram"
    return { pids: [server.pid], target: { port: server.port, path: "/", shape }, stop: server.stop }
  }
  const peers: ReadonlyArray<Peer> =
    work === "nothing" ? ["ours", "bare", "grammy", "telegraf"] : ["ours", "grammy", "telegraf"]
  const servers: Array<readonly [Peer, Contestant & { readonly stop: () => Promise<void> }]> = []
  for (const peer of peers) servers.push([peer, await one(peer)])
  return servers
}

/** A bot that polls: none of its rivals runs meanwhile, because they would take each other's updates. */
const polled = async <A>(
  { bench }: Setting,
  peer: Peer,
  work: "reply" | "agent",
  run: (shape: Shape) => Promise<A>
): Promise<A> => {
  const { world } = bench
  const asked = world.ask("polled", null)
  const agent =
    work === "agent" ? { agent: { type: "http", url: `http://127.0.0.1:${world.port}/agent`, timeout: "60s" } } : {}
  const bot =
    peer === "ours"
      ? await serve({ api: world.port, transport: "polling", ...agent })
      : await start(script(peer), [peer === "runner" ? "runner" : "polling", String(world.port), work])
  try {
    await asked
    return await run(peer === "ours" ? "zalo" : "telegram")
  } finally {
    await bot.stop()
  }
}

export const peerSpeed = async (setting: Setting): Promise<PeerSpeed> => {
  const { bench } = setting
  const { load, quick, rounds, say, world } = bench
  say("peers: acknowledgement")
  const takers = await webhooks(setting, "nothing")
  // What is only taken: of ours, an event that nobody knows, because it keeps what it takes and would answer it.
  const ack = (one: Contestant, peer: Peer, seconds: number) => acknowledged(load, one, seconds, peer === "ours")
  for (const [peer, one] of takers) await ack(one, peer, 1)
  const acks = await inTurns(
    takers.map(([peer, one]) => [peer, () => ack(one, peer, quick ? 1 : 2)] as const),
    rounds
  )
  for (const [, one] of takers) await one.stop()
  say("peers: turns")
  const answerers = await webhooks(setting, "reply")
  const messages = quick ? 500 : 3_000
  for (const [, one] of answerers) await answered(world, one, messages)
  const turns = await inTurns(
    answerers.map(([, one], n) => [answerers[n]?.[0] ?? "ours", () => answered(world, one, messages)] as const),
    rounds
  )
  for (const [, one] of answerers) await one.stop()
  say("peers: polling")
  const pollers: ReadonlyArray<Peer> = ["ours", "grammy", "runner", "telegraf"]
  const many = quick ? 500 : 2_000
  const drain = await inTurns(
    pollers.map(
      (peer) =>
        [
          peer,
          () =>
            polled(setting, peer, "reply", async (shape) => {
              await world.ask("drain", { shape, messages: 50, chats: 10, firstId: freshIds(50) })
              const found = await world.ask("drain", { shape, messages: many, chats: 200, firstId: freshIds(many) })
              return {
                perSecond: (found.replies / found.ms) * 1_000,
                disorder: found.disorder,
                replies: found.replies,
                messages: many
              }
            })
        ] as const
    ),
    1
  )
  say("peers: behind a slow chat")
  const ms = quick ? 2_000 : 10_000
  const behindSlow = await inTurns(
    pollers.map(
      (peer) =>
        [
          peer,
          () =>
            polled(setting, peer, "agent", async (shape) => {
              await world.ask("conversation", { shape, messages: 20, firstId: freshIds(20) })
              const { max, p50, replies } = await world.ask("behindSlow", {
                shape,
                messages: 40,
                ms,
                firstId: freshIds(41)
              })
              return { p50, max, replies }
            })
        ] as const
    ),
    1
  )
  return { ack: acks, turns, drain, behindSlow }
}
