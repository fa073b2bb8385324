import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import { type AccountId, ChatId } from "../domain/ids.ts"
import { ownerTexts, type Waiting } from "../domain/ownerTexts.ts"
import type { AccessPolicy } from "../domain/Policy.ts"
import { Int } from "../journal/columns.ts"
import { rowsOf } from "./columns.ts"
import { PairingRequest } from "./records.ts"
import type { AppendsToOutbox } from "./settle.ts"

/** Owners get at most one message about requests in this time, ms: however many people ask, it is no flood. */
export const ownerNoticeEvery = 60_000

/** Requests in one message, at most; the others come with the next one. */
export const requestsInNotice = 10

const ToldAt = Schema.Struct({ toldAt: Int }).pipe(Schema.encodeKeys({ toldAt: "told_at" }))
const Count = Schema.Struct({ n: Int })

const minute = 60_000

/** A request as an owner is told of it. */
export const waitingOf = ({ code, displayName, expiresAt, senderId }: PairingRequest, now: number): Waiting => ({
  displayName,
  senderId,
  code,
  minutes: Math.max(1, Math.round((DateTime.toEpochMillis(expiresAt) - now) / minute))
})

/** SQL: an owner has been told of these. */
export const markTold = (sql: SqlClient, account: AccountId, requests: ReadonlyArray<PairingRequest>) => {
  const senders = requests.map((request) => request.senderId)
  return sql`UPDATE pairing_request SET owners_told = 1 WHERE account = ${account} AND ${sql.in("sender", senders)}`
}

/** Telling an account's owners who waits: SQL for a unit of the journal. */
export const makeOwnerNotices = (sql: SqlClient, outbox: AppendsToOutbox) => {
  const lately = Effect.fnUntraced(function* (account: AccountId, now: number) {
    const [last] = yield* rowsOf(ToldAt)(sql`SELECT told_at FROM owner_notice WHERE account = ${account}`)
    // A clock that was set back does not keep anybody uninformed.
    return last !== undefined && now >= last.toldAt && now - last.toldAt < ownerNoticeEvery
  })

  /**
   * Tells the owners of the requests that they do not know of, unless they were told of others only lately. Says whether it
   * did. An owner's private chat has the owner's own id (`zalo-bot-api.md` §6.2).
   */
  return Effect.fnUntraced(function* (
    account: AccountId,
    {
      language,
      pairing: { owners }
    }: Pick<AccessPolicy, "language"> & { pairing: Pick<AccessPolicy["pairing"], "owners"> },
    now: number
  ) {
    if (owners.length === 0 || (yield* lately(account, now))) return false
    const untold = sql`account = ${account} AND owners_told = 0 AND expires_at > ${now}`
    const requests = yield* rowsOf(PairingRequest)(
      sql`SELECT * FROM pairing_request WHERE ${untold} ORDER BY created_at, sender LIMIT ${requestsInNotice}`
    )
    if (requests.length === 0) return false
    const [all] = yield* rowsOf(Count)(sql`SELECT COUNT(*) AS n FROM pairing_request WHERE ${untold}`)
    const text = ownerTexts(language).asked(
      requests.map((request) => waitingOf(request, now)),
      (all?.n ?? requests.length) - requests.length
    )
    const payload = { _tag: "Text", text } as const
    yield* outbox.appendUnit(
      owners.map((owner) => ({ account, chat: ChatId.make(owner), origin: "pairing", turn: null, payload })),
      now
    )
    yield* markTold(sql, account, requests)
    yield* sql`INSERT INTO owner_notice (account, told_at) VALUES (${account}, ${now})
      ON CONFLICT (account) DO UPDATE SET told_at = excluded.told_at`
    return true
  })
}
