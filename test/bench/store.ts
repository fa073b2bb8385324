import { mkdtempSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { bench, serve } from "./gateway.ts"
import { now } from "./updates.ts"

const fill = (count: number, columns: string, row: string) =>
  `WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < ${count}) INSERT INTO ${columns} SELECT ${row} FROM k`

/**
 * A data directory whose journal holds so many messages that are done, each with its reply and its attempt, in 5,000 chats
 * over the last 20 days. The ids are random, as Zalo's are.
 */
export const grownStore = async (messages: number, api: number): Promise<string> => {
  const data = mkdtempSync(join(bench(), `rows-${messages}-`))
  // The program itself makes the tables.
  const gateway = await serve({ api, transport: "webhook", data })
  await gateway.stop()
  const db = new DatabaseSync(join(data, "zalo-effect.db"))
  db.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL; PRAGMA cache_size = -200000")
  const step = Math.max(1, Math.floor((20 * 86_400_000) / messages))
  const at = `${now() - 20 * 86_400_000} + n * ${step}`
  const chat = `printf('ae800e9657c5be%06x', n % 5000)`
  const body = `'{"event_name":"message.text.received","message":{"text":"${"Chào shop, đơn hàng của em đâu ạ? ".repeat(8)}"}}'`
  db.exec("BEGIN")
  db.exec(
    fill(
      messages,
      "inbox (account, message_id, chat, received_at, source, body, state, starts, began_at, ended_at)",
      `'default', lower(hex(randomblob(10))), ${chat}, ${at}, 'webhook', ${body}, 'done', 1, ${at}, ${at}`
    )
  )
  db.exec(
    fill(
      messages,
      "outbox (seq, account, chat, origin, turn, kind, payload, state, attempts, message_id, created_at, settled_at)",
      `n, 'default', ${chat}, 'turn', 'default:' || lower(hex(randomblob(10))), 'text', '{"_tag":"Text","text":"${"Chào anh. ".repeat(16)}"}', ` +
        `'sent', 1, lower(hex(randomblob(10))), ${at}, ${at}`
    )
  )
  db.exec(fill(messages, "send_attempt (outbox_id, n, started_at, ended_at, outcome)", `n, 1, ${at}, ${at}, 'sent'`))
  db.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
  db.close()
  return data
}
