import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Append } from "./append.ts"
import type { OutboxRow, Settlement } from "./OutboxRow.ts"
import { monthOf } from "./SendCounts.ts"
import { statements } from "./statement.ts"

/**
 * Writes down what came of an attempt. Only the attempt that a row is in may change it: one that was given up as unknown, and
 * answers after all, tells its fate but takes nothing away from the attempt after it.
 */
export const settling = (
  sql: SqlClient,
  append: Append
): ((row: OutboxRow, settlement: Settlement, now: number) => Effect.Effect<void, SqlError>) => {
  const written = statements(sql)
  const endAttempt = written(
    "UPDATE send_attempt SET ended_at = ?, outcome = ?, detail = ? WHERE outbox_id = ? AND n = ?"
  )
  const sent = written(
    `UPDATE outbox SET state = 'sent', reason = NULL, detail = NULL, message_id = ?, owner = NULL, deadline = NULL,
      next_at = NULL, settled_at = ?
    WHERE id = ? AND attempts = ? AND state IN ('sending', 'queued', 'unknown')`
  )
  const count = written(
    `INSERT INTO send_count (account, month, sent) VALUES (?, ?, 1)
    ON CONFLICT (account, month) DO UPDATE SET sent = send_count.sent + 1`
  )
  const again = written(
    `UPDATE outbox SET state = 'queued', unclear = unclear + ?, reason = COALESCE(?, reason), detail = ?, owner = NULL,
      deadline = NULL, next_at = ?
    WHERE id = ? AND attempts = ? AND state = 'sending'`
  )
  const over = written(
    `UPDATE outbox SET state = ?, unclear = unclear + ?, reason = ?, detail = ?, owner = NULL, deadline = NULL,
      next_at = NULL, settled_at = ?
    WHERE id = ? AND attempts = ? AND state = 'sending'
    RETURNING id`
  )
  const replace = written("UPDATE outbox SET replaced_by = CAST(? AS BIGINT) WHERE id = ?")
  const forget = written("DELETE FROM send_attempt WHERE outbox_id = ? AND n = ?")
  const release = written(
    `UPDATE outbox SET state = 'queued', attempts = attempts - 1, owner = NULL, deadline = NULL
    WHERE id = ? AND attempts = ? AND state = 'sending'`
  )
  const skip = written(
    `UPDATE outbox SET state = 'skipped', reason = 'reply-refused', settled_at = ?
    WHERE account = ? AND chat = ? AND turn = ? AND state = 'queued'`
  )

  const dead = Effect.fnUntraced(function* (
    row: OutboxRow,
    { detail, instead, reason, skipRest }: Extract<Settlement, { readonly _tag: "Dead" }>,
    now: number
  ) {
    // An earlier call may have been taken all the same: then nobody knows, and nothing may follow from a refusal.
    if (row.unclear > 0) {
      yield* over("unknown", 0, row.reason, detail, now, row.id, row.attempts)
      return
    }
    const changed = yield* over("dead", 0, reason, detail, now, row.id, row.attempts)
    if (changed.length === 0) return
    if (instead !== null) {
      const id = yield* append({ ...row, inboxSeq: row.inboxSeq ?? undefined, payload: instead }, now, row.seq)
      yield* replace(id, row.id)
    }
    if (skipRest && row.turn !== null) yield* skip(now, row.account, row.chat, row.turn)
  })

  return Effect.fnUntraced(function* (row: OutboxRow, settlement: Settlement, now: number) {
    const { attempts, id } = row
    switch (settlement._tag) {
      case "Sent":
        yield* endAttempt(now, "sent", null, id, attempts)
        yield* sent(settlement.messageId, now, id, attempts)
        yield* count(row.account, monthOf(now))
        return
      case "Retry":
        yield* endAttempt(now, "not-delivered", settlement.detail, id, attempts)
        yield* again(0, null, settlement.detail, settlement.nextAt, id, attempts)
        return
      case "Unknown":
        yield* endAttempt(now, "unknown", settlement.detail, id, attempts)
        if (settlement.again === null)
          yield* over("unknown", 1, settlement.reason, settlement.detail, now, id, attempts)
        else yield* again(1, settlement.reason, settlement.detail, settlement.again, id, attempts)
        return
      case "Dead":
        yield* endAttempt(now, "refused", settlement.detail, id, attempts)
        yield* dead(row, settlement, now)
        return
      case "Unauthorized":
        yield* endAttempt(now, "unauthorized", settlement.detail, id, attempts)
        yield* again(0, null, settlement.detail, null, id, attempts)
        return
      case "Release":
        yield* forget(id, attempts)
        yield* release(id, attempts)
    }
  })
}
