import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { OutboundPayload } from "../domain/Reply.ts"
import { RowId, withoutNul } from "./columns.ts"
import type { Outgoing } from "./OutboxRow.ts"
import { statements } from "./statement.ts"

const decodeIds = Schema.decodeUnknownEffect(Schema.NonEmptyArray(Schema.Struct({ id: RowId })))
const encodePayload = Schema.encodeSync(Schema.fromJsonString(OutboundPayload))

/** Appends one row behind all others; with `seq`, behind the row whose place it shares. Answers its id. */
export type Append = (row: Outgoing, now: number, seq?: number) => Effect.Effect<string, SqlError>

export const appending = (sql: SqlClient): Append => {
  const insert = statements(sql)(
    `INSERT INTO outbox (seq, account, chat, origin, turn, inbox_seq, kind, payload, state, created_at)
    VALUES (COALESCE(CAST(? AS BIGINT), (SELECT COALESCE(MAX(id), 0) + 1 FROM outbox)), ?, ?, ?, ?, ?, ?, ?, 'queued', ?)
    RETURNING id`
  )
  return (row, now, seq) =>
    insert(
      seq ?? null,
      row.account,
      row.chat,
      row.origin,
      row.turn,
      row.inboxSeq ?? null,
      row.payload._tag.toLowerCase(),
      withoutNul(encodePayload(row.payload)),
      now
    ).pipe(
      Effect.flatMap((rows) => Effect.orDie(decodeIds(rows))),
      Effect.map(([{ id }]) => id)
    )
}
