import { mkdtempSync, statSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { DatabaseSync } from "node:sqlite"
import { answered } from "../../bench/contest.ts"
import { serveOn } from "../../bench/fleet.ts"
import { bench as folder, serve } from "../../bench/gateway.ts"
import { cpuMs, residentMb, start } from "../../bench/processes.ts"
import { freshIds } from "../../bench/updates.ts"
import type { World } from "../Evidence.ts"
import type { Setting } from "../speed/setting.ts"

/** What a gateway is when nothing happens, by its number of accounts. */
export interface Idle {
  readonly accounts: number
  readonly readyMs: number
  readonly residentMb: number
  /** Of one processor, per cent. */
  readonly cpu: number
}

/** Polling accounts: each has a poll open. */
export const idle = async ({ bench }: Setting, accounts: number): Promise<Idle> => {
  const more = Array.from({ length: accounts - 1 }, (_, n) => [
    `a${n}`,
    { botToken: `${5_000_000_000 + n}:bench-zalo` }
  ])
  const gateway = await serve({
    api: bench.world.port,
    transport: "polling",
    account: { accounts: Object.fromEntries(more) }
  })
  try {
    await sleep(bench.quick ? 2_000 : 5_000)
    const before = cpuMs(gateway.pid)
    const seconds = bench.quick ? 3 : 10
    await sleep(seconds * 1_000)
    return {
      accounts,
      readyMs: gateway.readyMs,
      residentMb: residentMb(gateway.pid),
      cpu: (cpuMs(gateway.pid) - before) / 10 / seconds
    }
  } finally {
    await gateway.stop()
  }
}

/** What a message and a chat cost on one store. */
export interface Cost {
  readonly world: World
  readonly messages: number
  readonly cpuMicros: number
  readonly diskBytes: number
  readonly chats: number
  /** What a chat that wrote once leaves in memory; a few hundred bytes are within the noise. */
  readonly chatBytes: number
}

const settle = async (pid: number): Promise<number> => {
  await sleep(3_000)
  return residentMb(pid)
}

export const cost = async (setting: Setting, world: World): Promise<Cost> => {
  const { bench } = setting
  const page = world.store === "sqlite" ? 10_000 : 5_000
  const messages = bench.quick ? 2_000 : page
  const chats = messages
  const { query, ...ground } = await setting.groundOf(world)
  const data = mkdtempSync(join(folder(), "cost-"))
  const gateway = await serveOn(ground, { api: bench.world.port, transport: "webhook", data })
  const file = join(data, "zalo-effect.db")
  const size = async (): Promise<number> => {
    if (query !== undefined) {
      const [row] = await query("SELECT pg_database_size(current_database()) AS bytes")
      return Number(row?.["bytes"])
    }
    const db = new DatabaseSync(file)
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return statSync(file).size
  }
  try {
    await answered(bench.world, gateway, 1_000)
    const before = await size()
    const { cpuMicros } = await answered(bench.world, gateway, messages)
    const diskBytes = ((await size()) - before) / messages
    const resting = await settle(gateway.pid)
    const flood = { target: gateway.target, messages: chats, chats, connections: 50, firstId: freshIds(chats) }
    await bench.world.ask("flood", flood)
    const after = await settle(gateway.pid)
    return { world, messages, cpuMicros, diskBytes, chats, chatBytes: ((after - resting) * 1e6) / chats }
  } finally {
    await gateway.stop()
  }
}

/** The memory of a peer's bot that polls and has nothing to do. */
export const peerIdle = async (
  { bench }: Setting,
  script: string,
  mode: string
): Promise<{ readonly readyMs: number; readonly residentMb: number }> => {
  const asked = bench.world.ask("polled", null)
  const since = performance.now()
  const server = await start(script, [mode, String(bench.world.port), "reply"])
  try {
    await asked
    const readyMs = performance.now() - since
    return { readyMs, residentMb: await settle(server.pid) }
  } finally {
    await server.stop()
  }
}
