import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { AccountId, ChatId } from "../../domain/ids.ts"
import { statements } from "../statement.ts"

/** Nothing more is called for these rows. What was called once, and may have arrived, stays `unknown`. */
const ended = (reason: string): string =>
  `state = CASE WHEN unclear > 0 THEN 'unknown' ELSE 'skipped' END,
  reason = CASE WHEN unclear > 0 THEN reason ELSE '${reason}' END, next_at = NULL, settled_at = ?`

/** Takes back what nobody asked for, while it waits in the outbox. */
export const skipping = (sql: SqlClient) => {
  const written = statements(sql)
  const ofChat = written(
    `UPDATE outbox SET ${ended("opted-out")}
    WHERE account = ? AND chat = ? AND state IN ('queued', 'sending') AND state = 'queued' AND origin IN ('broadcast', 'schedule')`
  )
  const ofBroadcast = written(
    `UPDATE outbox SET ${ended("dropped")}
    WHERE origin IN ('broadcast', 'schedule') AND state = 'queued' AND turn IN (
      SELECT 'b' || CAST(broadcast AS TEXT) || ':' || CAST(n AS TEXT) FROM broadcast_recipient
      WHERE broadcast = ? AND state = 'queued')`
  )
  const waiting = written(
    "UPDATE broadcast_recipient SET state = 'skipped', reason = 'cancelled', at = ? WHERE broadcast = ? AND state = 'waiting'"
  )
  return {
    /** Somebody opted out. */
    chat: (account: AccountId, chat: ChatId, now: number): Effect.Effect<void, SqlError> =>
      Effect.asVoid(ofChat(now, account, chat)),
    /** A broadcast was cancelled. */
    broadcast: (id: string, now: number): Effect.Effect<void, SqlError> =>
      Effect.andThen(waiting(now, Number(id)), Effect.asVoid(ofBroadcast(now, Number(id))))
  }
}
