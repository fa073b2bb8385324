import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { texts } from "../domain/texts.ts"
import { rowsOf } from "./columns.ts"
import { Expired, NotFound, PairingError, Used } from "./PairingError.ts"
import { EndedCode, PairingRequest } from "./records.ts"
import { type AppendsToOutbox, retireCode } from "./settle.ts"

const day = 24 * 60 * 60 * 1000

export interface ApproveOptions {
  readonly code: string
  readonly account: string | undefined
  readonly by: string
  /** Whether the person is told. */
  readonly notify: boolean
  readonly now: number
}

/** Ends of a request by its code, each one unit of the journal. Codes come normalised. */
export const makeApprovals = (sql: SqlClient, outbox: AppendsToOutbox) => {
  const whose = (code: string, account: string | undefined) =>
    account === undefined ? sql`code = ${code}` : sql.and([sql`code = ${code}`, sql`account = ${account}`])

  /** Takes the request away. Of two who try at once, one gets it. */
  const take = Effect.fnUntraced(function* (code: string, account: string | undefined, now: number) {
    const [request] = yield* rowsOf(PairingRequest)(
      sql`DELETE FROM pairing_request WHERE ${whose(code, account)} AND expires_at > ${now} RETURNING *`
    )
    return request ?? (yield* whyNot(code, account))
  })

  const whyNot = Effect.fnUntraced(function* (code: string, account: string | undefined) {
    const [late] = yield* rowsOf(PairingRequest)(sql`SELECT * FROM pairing_request WHERE ${whose(code, account)}`)
    if (late !== undefined) {
      return yield* new PairingError({
        reason: new Expired({ code, account: late.account, senderId: late.senderId, expiredAt: late.expiresAt })
      })
    }
    const [ended] = yield* rowsOf(EndedCode)(
      sql`SELECT account, sender, ended, ended_at FROM pairing_code WHERE ${whose(code, account)}`
    )
    if (ended === undefined) {
      return yield* new PairingError({
        reason: new NotFound({ what: "request", subject: code, ...(account === undefined ? {} : { account }) })
      })
    }
    const { account: of, senderId, endedAt } = ended
    return yield* new PairingError({
      reason:
        ended.ended === "expired"
          ? new Expired({ code, account: of, senderId, expiredAt: endedAt })
          : new Used({ code, account: of, senderId, ended: ended.ended, endedAt })
    })
  })

  const approve = Effect.fnUntraced(function* ({ account, by, code, notify, now }: ApproveOptions) {
    const request = yield* take(code, account, now)
    yield* retireCode(sql, request, "approved", now)
    yield* sql`INSERT INTO grant_entry (account, sender, display_name, approved_by, approved_at, how)
      VALUES (${request.account}, ${request.senderId}, ${request.displayName}, ${by}, ${now}, ${"code"})
      ON CONFLICT (account, sender) DO UPDATE SET display_name = excluded.display_name,
        approved_by = excluded.approved_by, approved_at = excluded.approved_at, how = excluded.how`
    if (!notify) return { request, outboxId: undefined }
    const { account: of, chat } = request
    const notice = { _tag: "Text", text: texts(request.language).approved } as const
    const row = { account: of, chat, origin: "pairing", turn: null, payload: notice } as const
    const [outboxId] = yield* outbox.appendUnit([row], now)
    return { request, outboxId }
  })

  const decline = Effect.fnUntraced(function* (code: string, account: string | undefined, now: number) {
    const request = yield* take(code, account, now)
    yield* retireCode(sql, request, "declined", now)
    return request
  })

  /** Forgets what a day has passed over. Requests that only just expired stay: their code is still to answer `Expired`. */
  const expire = Effect.fnUntraced(function* (now: number) {
    const before = now - day
    const gone = yield* sql`DELETE FROM pairing_request WHERE expires_at <= ${before} RETURNING sender`
    yield* sql`DELETE FROM pairing_code WHERE ended_at <= ${before}`
    yield* sql`DELETE FROM pairing_overflow WHERE last_at <= ${before}`
    return gone.length
  })

  return { approve, decline, expire }
}
