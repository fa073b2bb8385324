import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import { Int } from "../journal/columns.ts"
import { rowsOf } from "./columns.ts"
import { ChallengedRequest } from "./records.ts"
import { type SenderFacts, unknownSender } from "./rules.ts"

/** Where a stranger stands in one account. */
export type Standing =
  /** Holds no good code; `waiting` others do. */
  | { readonly _tag: "Stranger"; readonly waiting: number; readonly former: ChallengedRequest | undefined }
  /** Holds a good code. */
  | { readonly _tag: "Waiting" }
  /** Has a good code that never arrived. */
  | { readonly _tag: "Undelivered"; readonly code: string }

const Facts = Schema.Struct({ blocked: Int, granted: Int })
const Count = Schema.Struct({ n: Int })

/**
 * States in which the challenge is not on the sender's screen, or may not be. An `unknown` send counts: the code is sent
 * again as it is, so that nothing is lost if both arrive.
 */
const undelivered: ReadonlySet<ChallengedRequest["challenge"]> = new Set(["dead", "skipped", "unknown"] as const)

/** What the gate reads, on whichever connection is given: indexed, one row each. */
export const makeStanding = (sql: SqlClient) => {
  const facts = Effect.fnUntraced(function* (account: string, sender: string) {
    const [row] = yield* rowsOf(Facts)(
      sql`SELECT
        (SELECT COUNT(*) FROM block_entry WHERE account = ${account} AND sender = ${sender}) AS blocked,
        (SELECT COUNT(*) FROM grant_entry WHERE account = ${account} AND sender = ${sender}) AS granted`
    )
    const found: SenderFacts =
      row === undefined ? unknownSender : { blocked: row.blocked > 0, granted: row.granted > 0 }
    return found
  })

  const requestOf = (account: string, sender: string) =>
    rowsOf(ChallengedRequest)(
      sql`SELECT r.code, r.account, r.sender, r.expires_at, o.state AS challenge
        FROM pairing_request r LEFT JOIN outbox o ON o.id = r.outbox_id
        WHERE r.account = ${account} AND r.sender = ${sender}`
    )

  const waitingIn = (account: string, now: number) =>
    Effect.map(
      rowsOf(Count)(sql`SELECT COUNT(*) AS n FROM pairing_request WHERE account = ${account} AND expires_at > ${now}`),
      (rows) => rows[0]?.n ?? 0
    )

  const standing = Effect.fnUntraced(function* (account: string, sender: string, now: number) {
    const [request] = yield* requestOf(account, sender)
    if (request === undefined || DateTime.toEpochMillis(request.expiresAt) <= now) {
      const stranger: Standing = { _tag: "Stranger", waiting: yield* waitingIn(account, now), former: request }
      return stranger
    }
    const held: Standing = undelivered.has(request.challenge)
      ? { _tag: "Undelivered", code: request.code }
      : { _tag: "Waiting" }
    return held
  })

  return { facts, standing }
}
