import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { AccountId } from "../domain/ids.ts"
import { withoutNul } from "../journal/columns.ts"
import { makeAudit } from "./audit.ts"
import { rowsOf } from "./columns.ts"
import { PairingRequest } from "./records.ts"
import { retireCode } from "./settle.ts"

/** Somebody who is to be let in. `senderId` comes normalised (`entries.ts`). */
export interface GrantEntry {
  readonly account: AccountId
  readonly senderId: string
  readonly displayName: string
  /** Whoever imports, where it is blank. */
  readonly approvedBy: string
  /** Milliseconds since 1970; undefined is now. */
  readonly approvedAt: number | undefined
}

/** What came of an import. A sender who is blocked stays so, and is not granted anything. */
export interface ImportCounts {
  readonly added: number
  readonly alreadyThere: number
  readonly blocked: number
}

/** Grants in one transaction: some ten milliseconds, so that neither a gateway beside it nor the one it runs in waits. */
export const importBatch = 250

const Sender = Schema.Struct({ sender: Schema.String })

/** Which of these are new, and how many are not, on whichever connection is given. Each sender comes once. */
export const sortGrants = (sql: SqlClient) => {
  const among = (table: string, account: AccountId, entries: ReadonlyArray<GrantEntry>) => {
    const senders = entries.map((entry) => entry.senderId)
    return Effect.map(
      rowsOf(Sender)(sql`SELECT sender FROM ${sql(table)} WHERE account = ${account} AND ${sql.in("sender", senders)}`),
      (rows) => new Set(rows.map((row) => row.sender))
    )
  }
  return Effect.fnUntraced(function* (account: AccountId, entries: ReadonlyArray<GrantEntry>) {
    const blocked = yield* among("block_entry", account, entries)
    const granted = yield* among("grant_entry", account, entries)
    const heard = entries.filter((entry) => !blocked.has(entry.senderId))
    const fresh = heard.filter((entry) => !granted.has(entry.senderId))
    const counts: ImportCounts = {
      added: fresh.length,
      alreadyThere: heard.length - fresh.length,
      blocked: entries.length - heard.length
    }
    return { fresh, counts }
  })
}

/** Grants out of a file: SQL for one unit of the journal, a batch of one account. */
export const makeImports = (sql: SqlClient) => {
  const audit = makeAudit(sql)
  const sort = sortGrants(sql)

  /** Who is let in waits for nothing any more. */
  const endRequests = Effect.fnUntraced(function* (account: AccountId, senders: ReadonlyArray<string>, now: number) {
    const ended = yield* rowsOf(PairingRequest)(
      sql`DELETE FROM pairing_request WHERE account = ${account} AND ${sql.in("sender", senders)} RETURNING *`
    )
    for (const request of ended) yield* retireCode(sql, request, "approved", now)
    return new Map(ended.map((request) => [request.senderId, request.code]))
  })

  return Effect.fnUntraced(function* (account: AccountId, entries: ReadonlyArray<GrantEntry>, by: string, now: number) {
    const { counts, fresh } = yield* sort(account, entries)
    if (!Arr.isReadonlyArrayNonEmpty(fresh)) return counts
    yield* sql`INSERT INTO grant_entry ${sql.insert(
      Arr.map(fresh, (entry) => ({
        account,
        sender: entry.senderId,
        display_name: withoutNul(entry.displayName),
        approved_by: withoutNul(entry.approvedBy.trim() === "" ? by : entry.approvedBy),
        approved_at: entry.approvedAt ?? now,
        how: "import"
      }))
    )}`
    const senders = fresh.map((entry) => entry.senderId)
    const codes = yield* endRequests(account, senders, now)
    yield* audit.noteAll(
      fresh.map(({ displayName, senderId }) => ({
        account,
        senderId,
        displayName,
        action: "import",
        by,
        code: codes.get(senderId) ?? null
      })),
      now
    )
    return counts
  })
}
