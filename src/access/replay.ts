import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { HeldRequest } from "./records.ts"

/** Messages of one sender that an approval lets be answered, at most: the last ones. */
export const longestReplay = 50

/**
 * Lets what a sender wrote since asking wait for its turn, in its order, where the account wants that. Part of the approval's
 * own transaction, so that it happens once; what was written before an earlier code ran out stays ignored. Answers how many.
 */
export const makeReplay = (sql: SqlClient) =>
  Effect.fnUntraced(function* ({ account, askedSeq, chat, replay }: HeldRequest) {
    if (replay === 0 || askedSeq === null) return 0
    // In the words of the partial index `inbox_unapproved`: else SQLite does not use it.
    const unapproved = sql`state = 'ignored' AND reason IN ('pairing', 'pairing-waiting')
      AND account = ${account} AND chat = ${chat} AND seq >= ${askedSeq}`
    const rows =
      yield* sql`UPDATE inbox SET state = 'pending', reason = NULL, detail = NULL, next_at = NULL, ended_at = NULL
      WHERE seq IN (SELECT seq FROM inbox WHERE ${unapproved} ORDER BY seq DESC LIMIT ${longestReplay})
      RETURNING seq`
    return rows.length
  })
