import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { LaneKey } from "../../domain/ids.ts"
import { Int, withoutNul } from "../columns.ts"
import type { InboxRow } from "../InboxRow.ts"
import { statements } from "../statement.ts"
import type { PausedBy } from "./ChatRow.ts"

/** How a chat is handed to a person. Times are epoch milliseconds. */
export interface Pause {
  readonly by: PausedBy
  readonly reason: string | undefined
  /** When the bot takes over again by itself; undefined: when somebody says so. */
  readonly resumeAt: number | undefined
  /** Whether the people there are still to be told. */
  readonly tell: boolean
  /** Whether somebody there waits for a person already. */
  readonly wanted: boolean
  readonly now: number
}

/** How it is handed back. */
export interface Resume {
  /** Whether the bot answers the kept messages that no person has answered. */
  readonly answer: boolean
  readonly now: number
}

/** What one step of a resume did. */
export interface Resumed {
  /** Whether the pause is over. `not-paused`: there was none. */
  readonly state: "goes-on" | "ended" | "not-paused"
  /** Kept messages that are done now. */
  readonly settled: number
  /** Kept messages that the bot answers now. */
  readonly released: number
}

/** Kept messages that one step settles. */
const step = 500

const decodeAnswered = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ answeredSeq: Int })))

/** The last number of an inbox row that there can be: all of them. */
const all = Number.MAX_SAFE_INTEGER

/** SQL of pauses: their begin, the messages kept in them, their end. */
export const pausing = (sql: SqlClient) => {
  const written = statements(sql)
  const standing = written(
    'SELECT answered_seq AS "answeredSeq" FROM chat WHERE account = ? AND chat = ? AND paused_at IS NOT NULL'
  )
  const pause = written(
    `INSERT INTO chat (account, chat, type, name, first_seen_at, last_seen_at, paused_at, paused_by, pause_reason, resume_at,
      told, waiting_since)
    VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (account, chat) DO UPDATE SET
      told = CASE WHEN chat.paused_at IS NULL THEN excluded.told ELSE chat.told END,
      waiting_since = COALESCE(chat.waiting_since, excluded.waiting_since),
      paused_at = COALESCE(chat.paused_at, excluded.paused_at),
      paused_by = excluded.paused_by,
      pause_reason = excluded.pause_reason,
      resume_at = excluded.resume_at`
  )
  const hold = written(
    `UPDATE inbox SET held = 1, reason = 'handoff', turn = NULL, starts = 0, attempts = 0, next_at = NULL,
      rule = COALESCE(?, rule)
    WHERE seq = ? AND state = 'pending'
      AND EXISTS (SELECT 1 FROM chat WHERE chat.account = inbox.account AND chat.chat = inbox.chat AND paused_at IS NOT NULL)
    RETURNING seq`
  )
  const waits = written(
    `UPDATE chat SET waiting_since = COALESCE(waiting_since, CAST(? AS BIGINT))
    WHERE account = ? AND chat = ? AND paused_at IS NOT NULL`
  )
  const settle = written(
    `UPDATE inbox SET state = 'done', reason = 'handoff', held = 0, ended_at = ?
    WHERE seq IN (SELECT seq FROM inbox WHERE state = 'pending' AND account = ? AND chat = ? AND held = 1 AND seq <= ?
      ORDER BY seq LIMIT ${step})
    RETURNING seq`
  )
  const release = written(
    `UPDATE inbox SET held = 0, reason = NULL WHERE state = 'pending' AND account = ? AND chat = ? AND held = 1 RETURNING seq`
  )
  const end = written(
    `UPDATE chat SET paused_at = NULL, paused_by = NULL, pause_reason = NULL, resume_at = NULL, told = 1, waiting_since = NULL
    WHERE account = ? AND chat = ?`
  )

  const pauseUnit = Effect.fnUntraced(function* ({ account, chat }: LaneKey, how: Pause) {
    const before = yield* standing(account, chat)
    const { by, now, reason, resumeAt, tell, wanted } = how
    const type = chat.startsWith("zgr-") ? "GROUP" : "PRIVATE"
    const why = reason === undefined ? null : withoutNul(reason)
    const since = wanted ? now : null
    yield* pause(account, chat, type, now, now, now, by, why, resumeAt ?? null, tell ? 0 : 1, since)
    return before.length === 0
  })

  const holdUnit = Effect.fnUntraced(function* (rows: ReadonlyArray<InboxRow>) {
    let held = false
    for (const row of rows) {
      if ((yield* hold(row.rule ?? null, row.seq)).length === 0) continue
      if (!held) yield* waits(row.receivedAt, row.account, row.chat)
      held = true
    }
    return held
  })

  const resumeUnit = Effect.fnUntraced(function* (
    { account, chat }: LaneKey,
    { answer, now }: Resume
  ): Effect.fn.Return<Resumed, SqlError> {
    const [paused] = yield* Effect.orDie(decodeAnswered(yield* standing(account, chat)))
    if (paused === undefined) return { state: "not-paused", settled: 0, released: 0 }
    const settled = (yield* settle(now, account, chat, answer ? paused.answeredSeq : all)).length
    if (settled === step) return { state: "goes-on", settled, released: 0 }
    const released = answer ? (yield* release(account, chat)).length : 0
    yield* end(account, chat)
    return { state: "ended", settled, released }
  })

  return { pauseUnit, holdUnit, resumeUnit }
}
