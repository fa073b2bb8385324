import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { RowId, withoutNul } from "../columns.ts"
import type { NewBroadcast } from "./Broadcasts.ts"
import { encodePayloads, encodeStrings } from "./rows.ts"

const decodeIds = Schema.decodeUnknownEffect(Schema.NonEmptyArray(Schema.Struct({ id: RowId })))

/** Writes a broadcast down, and answers its id. */
export const creating =
  (sql: SqlClient) =>
  (broadcast: NewBroadcast, now: number): Effect.Effect<string, SqlError> => {
    const { audience } = broadcast
    const row = {
      account: broadcast.account,
      name: broadcast.name,
      kind: broadcast.kind,
      schedule: broadcast.schedule === null ? null : Number(broadcast.schedule),
      payloads: withoutNul(encodePayloads(broadcast.payloads)),
      chats: audience.to === "all" ? null : encodeStrings([...new Set(audience.chats.map(withoutNul))]),
      since: audience.since,
      strict: audience.to === "all" || audience.strict ? 1 : 0,
      quiet: broadcast.quiet ? 1 : 0,
      state: "preparing",
      created_at: now,
      created_by: broadcast.by
    }
    return sql`INSERT INTO broadcast ${sql.insert(row)} RETURNING id`.pipe(
      Effect.flatMap((rows) => Effect.orDie(decodeIds(rows))),
      Effect.map(([{ id }]) => id)
    )
  }
