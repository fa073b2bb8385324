import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { texts } from "../domain/texts.ts"
import { makeAudit } from "./audit.ts"
import { rowsOf } from "./columns.ts"
import type { Decisions } from "./decisions.ts"
import { Expired, NotFound, PairingError, Used } from "./PairingError.ts"
import { EndedCode, HeldRequest, PairingRequest } from "./records.ts"
import { makeReplay } from "./replay.ts"
import { type AppendsToOutbox, retireCode } from "./settle.ts"

const day = 24 * 60 * 60 * 1000

/** Which request is ended, and by whom. Codes come normalised. */
export interface ByCode {
  readonly code: string
  readonly account: string | undefined
  readonly by: string
  readonly now: number
}

export interface ApproveOptions extends ByCode {
  /** Whether the person is told. */
  readonly notify: boolean
}

/** The end of a request. `outboxId`: the notice to the person. `replayed`: so many messages that waited are answered now. */
export interface EndedRequest {
  readonly request: PairingRequest
  readonly outboxId: string | undefined
  readonly replayed: number
}

/** Ends of a request by its code, each one unit of the journal. */
export const makeApprovals = (sql: SqlClient, outbox: AppendsToOutbox, decisions: Decisions) => {
  const audit = makeAudit(sql)
  const replay = makeReplay(sql)
  const whose = ({ account, code }: ByCode) =>
    account === undefined ? sql`code = ${code}` : sql.and([sql`code = ${code}`, sql`account = ${account}`])

  /** Takes the request away. Of two who try at once, one gets it. */
  const take = Effect.fnUntraced(function* (of: ByCode) {
    const [request] = yield* rowsOf(HeldRequest)(
      sql`DELETE FROM pairing_request WHERE ${whose(of)} AND expires_at > ${of.now} RETURNING *`
    )
    return request ?? (yield* whyNot(of))
  })

  const whyNot = Effect.fnUntraced(function* (of: ByCode) {
    const { account, code } = of
    const [late] = yield* rowsOf(PairingRequest)(sql`SELECT * FROM pairing_request WHERE ${whose(of)}`)
    if (late !== undefined) {
      return yield* new PairingError({
        reason: new Expired({ code, account: late.account, senderId: late.senderId, expiredAt: late.expiresAt })
      })
    }
    const [ended] = yield* rowsOf(EndedCode)(
      sql`SELECT account, sender, ended, ended_at FROM pairing_code WHERE ${whose(of)}`
    )
    if (ended === undefined) {
      return yield* new PairingError({
        reason: new NotFound({ what: "request", subject: code, ...(account === undefined ? {} : { account }) })
      })
    }
    const { account: where, senderId, endedAt } = ended
    return yield* new PairingError({
      reason:
        ended.ended === "expired"
          ? new Expired({ code, account: where, senderId, expiredAt: endedAt })
          : new Used({ code, account: where, senderId, ended: ended.ended, endedAt })
    })
  })

  const approve = Effect.fnUntraced(function* (options: ApproveOptions) {
    const { by, notify, now } = options
    const request = yield* take(options)
    const { account, chat, code, displayName, senderId } = request
    yield* retireCode(sql, request, "approved", now)
    yield* sql`INSERT INTO grant_entry (account, sender, display_name, approved_by, approved_at, how)
      VALUES (${account}, ${senderId}, ${displayName}, ${by}, ${now}, ${"code"})
      ON CONFLICT (account, sender) DO UPDATE SET display_name = excluded.display_name,
        approved_by = excluded.approved_by, approved_at = excluded.approved_at, how = excluded.how`
    yield* audit.note({ account, senderId, displayName, action: "approve", by, code }, now)
    const replayed = yield* replay(request)
    const ended: EndedRequest = { request, outboxId: undefined, replayed }
    if (!notify) return ended
    const { approved, approvedAndAnswered } = texts(request.language)
    const notice = { _tag: "Text", text: replayed > 0 ? approvedAndAnswered : approved } as const
    const [outboxId] = yield* outbox.appendUnit(
      [{ account, chat, origin: "pairing", turn: null, payload: notice }],
      now
    )
    return { ...ended, outboxId }
  })

  const decline = Effect.fnUntraced(function* (of: ByCode) {
    const request = yield* take(of)
    const { account, code, displayName, senderId } = request
    yield* retireCode(sql, request, "declined", of.now)
    yield* audit.note({ account, senderId, displayName, action: "decline", by: of.by, code }, of.now)
    const ended: EndedRequest = { request, outboxId: undefined, replayed: 0 }
    return ended
  })

  /** Blocks whoever waits under the code. */
  const block = Effect.fnUntraced(function* (of: ByCode) {
    const request = yield* take(of)
    yield* retireCode(sql, request, "declined", of.now)
    yield* decisions.blockIn(request.account, { ...request, by: of.by }, of.now)
    const ended: EndedRequest = { request, outboxId: undefined, replayed: 0 }
    return ended
  })

  /** Forgets what a day has passed over. Requests that only just expired stay: their code is still to answer `Expired`. */
  const expire = Effect.fnUntraced(function* (now: number) {
    const before = now - day
    const gone = yield* sql`DELETE FROM pairing_request WHERE expires_at <= ${before} RETURNING sender`
    yield* sql`DELETE FROM pairing_code WHERE ended_at <= ${before}`
    yield* sql`DELETE FROM pairing_overflow WHERE last_at <= ${before}`
    return gone.length
  })

  return { approve, decline, block, expire }
}
