import { acknowledged, answered } from "../../bench/contest.ts"
import { median } from "../../bench/figures.ts"
import { serveOn } from "../../bench/fleet.ts"
import { freshIds } from "../../bench/updates.ts"
import type { World } from "../Evidence.ts"
import type { Setting } from "./setting.ts"

/** What one store with so many runners does. */
export interface StoreSpeed {
  readonly world: World
  readonly readyMs: number
  readonly ack: ReadonlyArray<Awaited<ReturnType<typeof acknowledged>>>
  readonly judged: ReadonlyArray<Awaited<ReturnType<typeof acknowledged>>>
  readonly turns: ReadonlyArray<Awaited<ReturnType<typeof answered>>>
  readonly steady: ReadonlyArray<{
    readonly perSecond: number
    readonly p50: number
    readonly p99: number
    readonly replies: number
    readonly sent: number
  }>
}

/** Acknowledgement, whole turns at full speed, and the latency of a steady trickle. */
export const storeSpeed = async (setting: Setting, world: World): Promise<StoreSpeed> => {
  const { bench } = setting
  const seconds = bench.quick ? 1 : 3
  const messages = bench.quick ? 500 : 3_000
  const ours = await serveOn(await setting.groundOf(world), { api: bench.world.port, transport: "webhook" })
  const ack = []
  const turns = []
  const steady = []
  try {
    await answered(bench.world, ours, messages / 2)
    for (let round = 0; round < bench.rounds; round++) turns.push(await answered(bench.world, ours, messages))
    for (const perSecond of bench.quick ? [50] : [50, 200]) {
      const each = bench.quick ? 3 : 5
      const load = { target: ours.target, perSecond, seconds: each, chats: 50, firstId: freshIds(perSecond * each) }
      const { p50, p99, replies, sent } = await bench.world.ask("steady", load)
      steady.push({ perSecond, p50, p99, replies, sent })
    }
    await acknowledged(bench.load, ours, 1, true)
    for (let round = 0; round < bench.rounds; round++) ack.push(await acknowledged(bench.load, ours, seconds, true))
  } finally {
    await ours.stop()
  }
  const judged = []
  const closed = await serveOn(await setting.groundOf(world), {
    api: bench.world.port,
    transport: "webhook",
    dmPolicy: "disabled"
  })
  try {
    await acknowledged(bench.load, closed, 1, false)
    for (let round = 0; round < bench.rounds; round++)
      judged.push(await acknowledged(bench.load, closed, seconds, false))
  } finally {
    await closed.stop()
  }
  return { world, readyMs: ours.readyMs, ack, judged, turns, steady }
}

export const medianOf = <A>(all: ReadonlyArray<A>, of: (one: A) => number): number => median(all.map(of))
