import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { type AccountId, ChatId, type LaneKey } from "../domain/ids.ts"
import { OutboundPayload } from "../domain/Reply.ts"
import { OutboxReason, OutboxState } from "../domain/reasons.ts"
import { Int, NullableInt, RowId, withoutNul } from "./columns.ts"
import { Journal, type JournalError } from "./Journal.ts"
import { type Outgoing, OutboxRow, type Settlement } from "./OutboxRow.ts"

/** Who claims a row, and until when it may hold it. */
export interface Claim {
  readonly owner: string
  readonly now: number
  /** Milliseconds that a call of this kind may take, and a little more. */
  readonly allow: (payload: OutboundPayload) => number
}

/** What a settled row came to: for whoever waits for it. */
export const Outcome = Schema.Struct({
  id: RowId,
  state: OutboxState,
  reason: Schema.NullOr(OutboxReason),
  detail: Schema.NullOr(Schema.String),
  messageId: Schema.NullOr(Schema.String)
}).pipe(Schema.encodeKeys({ messageId: "message_id" }))
export type Outcome = typeof Outcome.Type

export interface OutboxCounts {
  readonly queued: number
  readonly sending: number
  readonly unknown: number
  readonly dead: number
}

/** What is to be sent. Methods that end in `Unit` are SQL for `Journal.write`. */
export class Outbox extends Context.Service<
  Outbox,
  {
    /** Appends rows in their order and answers their ids. */
    appendUnit(rows: ReadonlyArray<Outgoing>, now: number): Effect.Effect<ReadonlyArray<string>, SqlError>
    /** Takes the oldest open row of a chat, if it is due, and notes the attempt before it is made. */
    claimUnit(key: LaneKey, claim: Claim): Effect.Effect<Option.Option<OutboxRow>, SqlError>
    /** Notes what came of the attempt. */
    settleUnit(row: OutboxRow, settlement: Settlement, now: number): Effect.Effect<void, SqlError>
    /** Rows that some other, dead process was sending. */
    orphans(account: AccountId, owner: string, now: number): Effect.Effect<ReadonlyArray<OutboxRow>, JournalError>
    lanes(
      account: AccountId,
      after: string,
      limit: number
    ): Effect.Effect<ReadonlyArray<{ readonly chat: ChatId; readonly nextAt: number | null }>, JournalError>
    due(account: AccountId, now: number, limit: number): Effect.Effect<ReadonlyArray<ChatId>, JournalError>
    outcomes(ids: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Outcome>, JournalError>
    counts(account: AccountId): Effect.Effect<OutboxCounts, JournalError>
  }
>()("zalo-effect/journal/Outbox") {
  static readonly layerSql: Layer.Layer<Outbox, never, Journal> = Layer.effect(
    Outbox,
    Effect.suspend(() => make)
  )
}

const columns =
  "id, seq, account, chat, origin, turn, payload, state, attempts, unclear, owner, deadline, next_at, created_at"

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(OutboxRow))
const decodeIds = Schema.decodeUnknownEffect(Schema.NonEmptyArray(Schema.Struct({ id: RowId })))
const decodeLanes = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ chat: ChatId, next_at: NullableInt })))
const decodeChats = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ chat: ChatId })))
const decodeOutcomes = Schema.decodeUnknownEffect(Schema.Array(Outcome))
const decodeCounts = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ state: OutboxState, n: Int })))
const encodePayload = Schema.encodeSync(Schema.fromJsonString(OutboundPayload))

const make = Effect.gen(function* () {
  const { sql, read, query } = yield* Journal
  const all = sql.literal(columns)

  const insert = (row: Outgoing, now: number, seq: number | null) =>
    sql`
      INSERT INTO outbox (seq, account, chat, origin, turn, kind, payload, state, created_at)
      VALUES (${seq ?? sql.literal("(SELECT COALESCE(MAX(id), 0) + 1 FROM outbox)")}, ${row.account}, ${row.chat}, ${row.origin},
        ${row.turn}, ${row.payload._tag.toLowerCase()}, ${withoutNul(encodePayload(row.payload))}, 'queued', ${now})
      RETURNING id`.pipe(
      Effect.flatMap((rows) => Effect.orDie(decodeIds(rows))),
      Effect.map(([{ id }]) => id)
    )

  const endAttempt = (row: OutboxRow, outcome: string, detail: string | null, now: number) => sql`
    UPDATE send_attempt SET ended_at = ${now}, outcome = ${outcome}, detail = ${detail}
    WHERE outbox_id = ${row.id} AND n = ${row.attempts}`

  const settleUnit = Effect.fnUntraced(function* (row: OutboxRow, settlement: Settlement, now: number) {
    switch (settlement._tag) {
      case "Sent":
        yield* endAttempt(row, "sent", null, now)
        yield* sql`UPDATE outbox SET state = 'sent', reason = NULL, message_id = ${settlement.messageId}, owner = NULL,
          deadline = NULL, next_at = NULL, settled_at = ${now} WHERE id = ${row.id}`
        return
      case "Retry":
        yield* endAttempt(row, "not-delivered", settlement.detail, now)
        yield* sql`UPDATE outbox SET state = 'queued', detail = ${settlement.detail}, owner = NULL, deadline = NULL,
          next_at = ${settlement.nextAt} WHERE id = ${row.id}`
        return
      case "Unknown":
        yield* endAttempt(row, "unknown", settlement.detail, now)
        yield* sql`UPDATE outbox SET state = ${settlement.again === null ? "unknown" : "queued"}, unclear = unclear + 1,
          reason = ${settlement.reason}, detail = ${settlement.detail}, owner = NULL, deadline = NULL,
          next_at = ${settlement.again}, settled_at = ${settlement.again === null ? now : null} WHERE id = ${row.id}`
        return
      case "Dead":
        yield* endAttempt(row, "refused", settlement.detail, now)
        yield* sql`UPDATE outbox SET state = 'dead', reason = ${settlement.reason}, detail = ${settlement.detail}, owner = NULL,
          deadline = NULL, next_at = NULL, settled_at = ${now} WHERE id = ${row.id}`
        if (settlement.instead !== null) yield* insert({ ...row, payload: settlement.instead }, now, row.seq)
        if (settlement.skipRest && row.turn !== null) {
          yield* sql`UPDATE outbox SET state = 'skipped', reason = 'reply-refused', settled_at = ${now}
            WHERE account = ${row.account} AND chat = ${row.chat} AND turn = ${row.turn} AND state = 'queued'`
        }
        return
      case "Release":
        yield* sql`DELETE FROM send_attempt WHERE outbox_id = ${row.id} AND n = ${row.attempts}`
        yield* sql`UPDATE outbox SET state = 'queued', attempts = attempts - 1, owner = NULL, deadline = NULL WHERE id = ${row.id}`
    }
  })

  return Outbox.of({
    appendUnit: (rows, now) => Effect.forEach(rows, (row) => insert(row, now, null)),

    claimUnit: Effect.fnUntraced(function* (key: LaneKey, claim: Claim) {
      const [head] = yield* Effect.orDie(
        decodeRows(
          yield* sql`
            SELECT ${all} FROM outbox WHERE state IN ('queued', 'sending') AND account = ${key.account} AND chat = ${key.chat}
            ORDER BY seq, id LIMIT 1`
        )
      )
      if (head === undefined || head.state === "sending") return Option.none()
      if (head.nextAt !== null && head.nextAt > claim.now) return Option.none()
      const attempts = head.attempts + 1
      const deadline = claim.now + claim.allow(head.payload)
      yield* sql`UPDATE outbox SET state = 'sending', attempts = ${attempts}, owner = ${claim.owner}, deadline = ${deadline}
        WHERE id = ${head.id} AND state = 'queued'`
      yield* sql`INSERT INTO send_attempt (outbox_id, n, started_at) VALUES (${head.id}, ${attempts}, ${claim.now})`
      return Option.some<OutboxRow>({ ...head, state: "sending", attempts, owner: claim.owner, deadline })
    }),

    settleUnit,

    orphans: (account, owner, now) =>
      query(
        Effect.flatMap(
          read`SELECT ${all} FROM outbox WHERE state = 'sending' AND account = ${account}
            AND (owner IS NULL OR owner <> ${owner} OR deadline < ${now}) ORDER BY seq, id`,
          (rows) => Effect.orDie(decodeRows(rows))
        )
      ),

    lanes: (account, after, limit) =>
      query(
        Effect.gen(function* () {
          const found: Array<{ readonly chat: ChatId; readonly nextAt: number | null }> = []
          let last = after
          while (found.length < limit) {
            const [lane] = yield* Effect.orDie(
              decodeLanes(
                yield* read`
                  SELECT chat, next_at FROM outbox
                  WHERE state IN ('queued', 'sending') AND account = ${account} AND chat > ${last}
                  ORDER BY chat, seq, id LIMIT 1`
              )
            )
            if (lane === undefined) break
            last = lane.chat
            found.push({ chat: lane.chat, nextAt: lane.next_at })
          }
          return found
        })
      ),

    due: (account, now, limit) =>
      query(
        Effect.flatMap(
          read`SELECT chat FROM outbox WHERE state = 'queued' AND account = ${account} AND next_at IS NOT NULL AND next_at <= ${now}
            ORDER BY next_at LIMIT ${limit}`,
          (rows) => Effect.map(Effect.orDie(decodeChats(rows)), (chats) => chats.map(({ chat }) => chat))
        )
      ),

    outcomes: (ids) =>
      query(
        Effect.flatMap(
          read`SELECT id, state, reason, detail, message_id FROM outbox WHERE ${read.in("id", ids)} ORDER BY seq, id`,
          (rows) => Effect.orDie(decodeOutcomes(rows))
        )
      ),

    counts: (account) =>
      query(
        Effect.map(
          Effect.flatMap(
            read`
              SELECT state, COUNT(*) AS n FROM outbox WHERE state IN ('queued', 'sending') AND account = ${account} GROUP BY state
              UNION ALL
              SELECT state, COUNT(*) AS n FROM outbox WHERE state IN ('unknown', 'dead', 'skipped') AND account = ${account}
              GROUP BY state`,
            (rows) => Effect.orDie(decodeCounts(rows))
          ),
          (rows) => {
            const of = (state: OutboxState) => rows.find((row) => row.state === state)?.n ?? 0
            return { queued: of("queued"), sending: of("sending"), unknown: of("unknown"), dead: of("dead") }
          }
        )
      )
  })
})
