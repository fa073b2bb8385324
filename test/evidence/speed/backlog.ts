import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import { mkdtempSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { bench as folder } from "../../bench/gateway.ts"
import { type Ground, serveOn } from "../../bench/fleet.ts"
import { sample } from "../../bench/sampling.ts"
import { now, update } from "../../bench/updates.ts"
import { mark } from "../../bench/world/seen.ts"
import type { World } from "../Evidence.ts"
import type { Setting } from "./setting.ts"

export interface Backlog {
  readonly world: World
  readonly rows: number
  readonly readyMs: number
  /** From the start of the process to the first reply. */
  readonly firstReplyMs: number
  readonly drainedMs: number
  readonly perSecond: number
  readonly mostMb: number
}

const chats = 5_000

/** The rows as SQL text, a thousand at a time. Nothing in them needs to be quoted but the bodies. */
const inserts = function* (rows: number): Generator<string> {
  const at = now()
  for (let from = 0; from < rows; from += 1_000) {
    const values = Array.from({ length: Math.min(1_000, rows - from) }, (_, n) => {
      const body: { message: { message_id: string; chat: { id: string } } } = JSON.parse(
        update("zalo", (from + n) % chats, from + n, mark((from + n) % chats, from + n), at)
      )
      const { chat, message_id } = body.message
      return `('default', '${message_id}', '${chat.id}', ${at}, 'webhook', '${JSON.stringify(body).replaceAll("'", "''")}', 'pending')`
    })
    yield `INSERT INTO inbox (account, message_id, chat, received_at, source, body, state) VALUES ${values.join()}`
  }
}

/** A gateway that starts with so many messages that nobody has answered yet. */
export const backlog = async (setting: Setting, world: World, rows: number): Promise<Backlog> => {
  const { bench, groundOf } = setting
  const { query, ...base } = await groundOf(world)
  const ground: Ground = base
  const data = world.runners === 1 ? { data: mkdtempSync(join(folder(), "backlog-")) } : {}
  const options = { api: bench.world.port, transport: "webhook", ...data } as const
  // The program itself makes the tables.
  await (await serveOn(ground, options)).stop()
  if (query === undefined) {
    const db = new DatabaseSync(join(data.data ?? "", "zalo-effect.db"))
    db.exec("PRAGMA synchronous = OFF; BEGIN")
    for (const insert of inserts(rows)) db.exec(insert)
    db.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
  } else {
    for (const insert of inserts(rows)) await query(insert)
    await query("ANALYZE")
  }
  const watching = bench.world.ask("watch", { messages: rows, patience: 60_000 })
  const since = performance.timeOrigin + performance.now()
  const ours = await serveOn(ground, options)
  const sampling = sample(ours.pids, 200)
  try {
    const { firstAt, lastAt, replies } = await watching
    if (replies !== rows) throw new Error(`${rows} rows brought ${replies} replies`)
    await sleep(10)
    const { points } = sampling.stop()
    return {
      world,
      rows,
      readyMs: ours.readyMs,
      firstReplyMs: firstAt - since,
      drainedMs: lastAt - since,
      perSecond: (rows / (lastAt - firstAt)) * 1_000,
      mostMb: Math.max(...points.map(([, mb]) => mb))
    }
  } finally {
    sampling.stop()
    await ours.stop()
  }
}
