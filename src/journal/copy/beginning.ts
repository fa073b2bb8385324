import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { Int } from "../columns.ts"

const Newest = Schema.Array(Schema.Struct({ seq: Int, account: Schema.String, id: Schema.String }))
const decode = Schema.decodeUnknownEffect(Newest)

/** Whether the target's messages came from the source: else rows of two stores would share their numbers. */
export const isBeginningOf = (from: SqlClient, to: SqlClient): Effect.Effect<boolean, SqlError> =>
  Effect.gen(function* () {
    const rows = yield* to`SELECT seq, account, message_id AS id FROM inbox ORDER BY seq DESC LIMIT 1`
    const [newest] = yield* Effect.orDie(decode(rows))
    if (newest === undefined) return true
    const same = yield* from`SELECT 1 AS one FROM inbox
      WHERE seq = ${newest.seq} AND account = ${newest.account} AND message_id = ${newest.id}`
    return same.length > 0
  })
