import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { turnId } from "../domain/ids.ts"
import type { InboxReason } from "../domain/reasons.ts"
import type { InboundMessage } from "../domain/Update.ts"
import type { Verdict } from "../domain/Verdict.ts"
import { withoutNul } from "../journal/columns.ts"
import type { JournalError } from "../journal/Journal.ts"
import type { Outbox } from "../journal/Outbox.ts"
import { normalizeEntry } from "./entries.ts"
import { makeOwnerNotices } from "./owners.ts"
import type { CodeEnd } from "./records.ts"
import { makeStanding } from "./standing.ts"

/** What this room needs of the journal's outbox. */
export type AppendsToOutbox = Pick<Outbox["Service"], "appendUnit">

/** A verdict that ends a message without a turn. */
export type Refusal = Exclude<Verdict, { readonly _tag: "Allow" }>

/**
 * What the inbox row ends with, or that the store changed between the judgement and now (approved, blocked, another code):
 * then nothing was written and the message is to be judged again.
 */
export type Settled = InboxReason | "judge-again"

/** Keeps for a day what became of a code. */
export const retireCode = (
  sql: SqlClient,
  code: { readonly code: string; readonly account: string; readonly senderId: string },
  ended: CodeEnd,
  at: number
) =>
  sql`INSERT INTO pairing_code (code, account, sender, ended, ended_at)
    VALUES (${code.code}, ${code.account}, ${code.senderId}, ${ended}, ${at})
    ON CONFLICT (code) DO UPDATE SET ended = excluded.ended, ended_at = excluded.ended_at`

/** The part of this room in ending a message: plain SQL for a unit of the journal, beside the end of the inbox row. */
export const makeSettle = (sql: SqlClient, outbox: AppendsToOutbox) => {
  const { facts, standing } = makeStanding(sql)
  const tellOwners = makeOwnerNotices(sql, outbox)

  const refresh = Effect.fnUntraced(function* (message: InboundMessage, sender: string, now: number) {
    const found = yield* sql`UPDATE pairing_request
      SET last_seen_at = ${now}, display_name = ${withoutNul(message.sender.displayName)}
      WHERE account = ${message.account} AND sender = ${sender} AND expires_at > ${now}
      RETURNING sender`
    const settled: Settled = found.length === 0 ? "judge-again" : "pairing-waiting"
    return settled
  })

  const turnAway = (account: string, now: number) =>
    Effect.as(
      sql`INSERT INTO pairing_overflow (account, turned_away, first_at, last_at) VALUES (${account}, 1, ${now}, ${now})
        ON CONFLICT (account) DO UPDATE
        SET turned_away = pairing_overflow.turned_away + 1, last_at = excluded.last_at`,
      "pairing-full" as const
    )

  const taken = Effect.fnUntraced(function* (code: string) {
    const rows = yield* sql`SELECT code FROM pairing_request WHERE code = ${code}
      UNION ALL SELECT code FROM pairing_code WHERE code = ${code}`
    return rows.length > 0
  })

  const ask = Effect.fnUntraced(function* (
    message: InboundMessage,
    sender: string,
    verdict: Extract<Refusal, { readonly _tag: "Ask" }>,
    now: number
  ) {
    const again: Settled = "judge-again"
    const { account } = message
    const known = yield* facts(account, sender)
    if (known.blocked || known.granted) return again
    const stands = yield* standing(account, sender, now)
    if (stands._tag === "Waiting") return yield* refresh(message, sender, now)
    if (stands._tag === "Undelivered" && stands.code !== verdict.code) return again
    if (stands._tag === "Stranger") {
      if (stands.waiting >= verdict.maxPending) return yield* turnAway(account, now)
      if (yield* taken(verdict.code)) return again
      const { former } = stands
      if (former !== undefined) yield* retireCode(sql, former, "expired", DateTime.toEpochMillis(former.expiresAt))
    }
    const challenge = { _tag: "Text", text: verdict.text } as const
    const turn = `${turnId(account, message.id)}:pairing`
    const row = { account, chat: message.chat.id, origin: "pairing", turn, payload: challenge } as const
    const [outboxId = null] = yield* outbox.appendUnit([row], now)
    const replay = verdict.replay ? 1 : 0
    // A code that is sent again is the same request: it goes on from the message that asked first, and its owners know.
    yield* sql`INSERT INTO pairing_request (account, sender, chat, code, display_name, language, outbox_id,
        created_at, expires_at, last_seen_at, asked_seq, replay, owners_told)
      VALUES (${account}, ${sender}, ${message.chat.id}, ${verdict.code}, ${withoutNul(message.sender.displayName)},
        ${verdict.language}, ${outboxId}, ${now}, ${now + verdict.ttl}, ${now},
        (SELECT seq FROM inbox WHERE account = ${account} AND message_id = ${message.id}), ${replay}, 0)
      ON CONFLICT (account, sender) DO UPDATE SET chat = excluded.chat, code = excluded.code,
        display_name = excluded.display_name, language = excluded.language, outbox_id = excluded.outbox_id,
        created_at = excluded.created_at, expires_at = excluded.expires_at, last_seen_at = excluded.last_seen_at,
        replay = excluded.replay,
        asked_seq = CASE WHEN pairing_request.code = excluded.code AND pairing_request.asked_seq IS NOT NULL
          THEN pairing_request.asked_seq ELSE excluded.asked_seq END,
        owners_told = CASE WHEN pairing_request.code = excluded.code
          THEN pairing_request.owners_told ELSE excluded.owners_told END`
    yield* tellOwners(account, { language: verdict.language, pairing: verdict }, now)
    const settled: Settled = "pairing"
    return settled
  })

  return Effect.fnUntraced(function* (message: InboundMessage, verdict: Refusal) {
    const sender = normalizeEntry(message.sender.id)
    const now = yield* Clock.currentTimeMillis
    if (verdict._tag === "Ask") return yield* ask(message, sender, verdict, now)
    switch (verdict.reason) {
      case "pairing-waiting":
        return yield* refresh(message, sender, now)
      case "pairing-full":
        return yield* turnAway(message.account, now)
      default: {
        const settled: Settled = verdict.reason
        return settled
      }
    }
  }) satisfies (message: InboundMessage, verdict: Refusal) => Effect.Effect<Settled, SqlError | JournalError>
}
