import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Journal, JournalError } from "./Journal.ts"

const decode = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ n: Schema.Int })))

/**
 * Lets rows be tried now whose next try lies further ahead than any wait is long: the clock was set back after it was written, and
 * they would wait for as long as it was. Answers whether there were any.
 */
export const pullIn = Effect.fnUntraced(function* (
  { query, read, sql, write }: Journal["Service"],
  account: string,
  now: number,
  longest: number
): Effect.fn.Return<boolean, JournalError> {
  const limit = now + longest
  const found = yield* query(
    Effect.flatMap(
      read`
        SELECT 1 AS n FROM inbox WHERE account = ${account} AND state = 'pending' AND next_at > CAST(${limit} AS BIGINT)
        UNION ALL
        SELECT 1 AS n FROM outbox WHERE account = ${account} AND state = 'queued' AND next_at > CAST(${limit} AS BIGINT)
        LIMIT 1`,
      (rows) => Effect.orDie(decode(rows))
    )
  )
  if (found.length === 0) return false
  yield* write(
    Effect.andThen(
      sql`
        UPDATE inbox SET next_at = CAST(${now} AS BIGINT)
        WHERE account = ${account} AND state = 'pending' AND next_at > CAST(${limit} AS BIGINT)`,
      sql`
        UPDATE outbox SET next_at = CAST(${now} AS BIGINT)
        WHERE account = ${account} AND state = 'queued' AND next_at > CAST(${limit} AS BIGINT)`
    )
  )
  return true
})
