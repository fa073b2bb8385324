import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { type AccountId, type LaneKey } from "../domain/ids.ts"
import { OutboxReason, OutboxState } from "../domain/reasons.ts"
import { appending } from "./append.ts"
import { Int, RowId } from "./columns.ts"
import type { InboxRow } from "./InboxRow.ts"
import { Journal, type JournalError } from "./Journal.ts"
import { outboxColumns, type Outgoing, OutboxRow, type Settlement } from "./OutboxRow.ts"
import { settling } from "./settle.ts"
import { statements } from "./statement.ts"
import { waitingLanes, type WaitingLanes } from "./waitingLanes.ts"

/** Who claims a row, and until when it may hold it. */
export interface Claim {
  readonly owner: string
  readonly now: number
  /** Milliseconds that a call may take, and a little more. */
  readonly allow: { readonly photo: number; readonly other: number }
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
  /** Those that nobody has dropped. */
  readonly dead: number
}

/** What is to be sent. Methods that end in `Unit` are SQL for `Journal.write`. */
export class Outbox extends Context.Service<
  Outbox,
  WaitingLanes & {
    /** Appends rows in their order and answers their ids. */
    appendUnit(rows: ReadonlyArray<Outgoing>, now: number): Effect.Effect<ReadonlyArray<string>, SqlError>
    /** Takes the oldest open row of a chat, if it is due, and notes the attempt before it is made. */
    claimUnit(key: LaneKey, claim: Claim): Effect.Effect<Option.Option<OutboxRow>, SqlError>
    /** Notes what came of the attempt. What another process has settled meanwhile stays, unless it knew less. */
    settleUnit(row: OutboxRow, settlement: Settlement, now: number): Effect.Effect<void, SqlError>
    /** Whether a chat has a row that is still to be sent. */
    openUnit(key: LaneKey): Effect.Effect<boolean, SqlError>
    /** Whether the oldest open row of a chat may be sent now. */
    isDue(key: LaneKey, now: number): Effect.Effect<boolean, JournalError>
    /** Rows that were being sent by a process that is none of these, or for too long. */
    orphans(
      account: AccountId,
      alive: ReadonlyArray<string>,
      now: number
    ): Effect.Effect<ReadonlyArray<OutboxRow>, JournalError>
    /** How these rows stand, and what was appended in their place, in the order in which they are sent. */
    outcomes(ids: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Outcome>, JournalError>
    /** Whether some of the reply to this message is here already. */
    begunReply(row: InboxRow): Effect.Effect<boolean, JournalError>
    counts(account: AccountId): Effect.Effect<OutboxCounts, JournalError>
  }
>()("zalo-effect/journal/Outbox") {
  static readonly layerSql: Layer.Layer<Outbox, never, Journal> = Layer.effect(
    Outbox,
    Effect.suspend(() => make)
  )
}

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(OutboxRow))
const decodeOutcomes = Schema.decodeUnknownEffect(Schema.Array(Outcome))
const decodeCounts = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ state: OutboxState, n: Int })))

const make = Effect.gen(function* () {
  const journal = yield* Journal
  const { sql, read, query } = journal
  const written = statements(sql)
  const append = appending(sql)

  const openOf = "SELECT id FROM outbox WHERE state IN ('queued', 'sending') AND account = ? AND chat = ?"
  // What nobody asked for stands behind every reply of its chat, however long it waits to be tried again.
  const head = `COALESCE(
    (${openOf} AND NOT (state = 'queued' AND origin IN ('broadcast', 'schedule')) ORDER BY seq, id LIMIT 1),
    (${openOf} ORDER BY seq, id LIMIT 1))`
  const take = written(
    `UPDATE outbox SET state = 'sending', attempts = attempts + 1, owner = ?,
      deadline = CAST(? AS BIGINT) + CASE kind WHEN 'photo' THEN CAST(? AS BIGINT) ELSE CAST(? AS BIGINT) END
    WHERE id = ${head} AND state = 'queued' AND (next_at IS NULL OR next_at <= ?)
    RETURNING ${outboxColumns}`
  )
  const beginAttempt = written("INSERT INTO send_attempt (outbox_id, n, started_at) VALUES (?, ?, ?)")
  const anyOpen = written(
    "SELECT 1 AS one FROM outbox WHERE state IN ('queued', 'sending') AND account = ? AND chat = ? LIMIT 1"
  )
  const due = statements(read)(
    `SELECT 1 AS due FROM outbox WHERE id = ${head} AND state = 'queued' AND (next_at IS NULL OR next_at <= ?)`
  )
  const lanes = waitingLanes(journal, {
    table: "outbox",
    open: "state IN ('queued', 'sending')",
    delayed: "state = 'queued'",
    order: "seq, id",
    // A reply may stand behind what nobody asked for and waits to be tried again.
    nextAt: "CASE WHEN origin IN ('broadcast', 'schedule') THEN NULL ELSE next_at END"
  })

  return Outbox.of({
    appendUnit: (rows, now) => Effect.forEach(rows, (row) => append(row, now)),

    claimUnit: ({ account, chat }, { allow, now, owner }) =>
      Effect.gen(function* () {
        const taken = yield* take(owner, now, allow.photo, allow.other, account, chat, account, chat, now)
        if (taken.length === 0) return Option.none()
        const [row] = yield* Effect.orDie(decodeRows(taken))
        if (row === undefined) return Option.none()
        yield* beginAttempt(row.id, row.attempts, now)
        return Option.some(row)
      }),

    settleUnit: settling(sql, append),

    openUnit: ({ account, chat }) => Effect.map(anyOpen(account, chat), (rows) => rows.length > 0),

    isDue: ({ account, chat }, now) =>
      query(Effect.map(due(account, chat, account, chat, now), (rows) => rows.length > 0)),

    orphans: (account, alive, now) =>
      query(
        Effect.flatMap(
          read`SELECT ${read.literal(outboxColumns)} FROM outbox WHERE state = 'sending' AND account = ${account}
            AND (owner IS NULL OR NOT ${read.in("owner", alive)} OR deadline < ${now}) ORDER BY seq, id`,
          (rows) => Effect.orDie(decodeRows(rows))
        )
      ),

    ...lanes,

    outcomes: (ids) =>
      query(
        Effect.flatMap(
          read`SELECT found.id, found.state, found.reason, found.detail, found.message_id FROM outbox AS asked
            JOIN outbox AS found ON found.id = asked.id OR (found.turn = asked.turn AND found.seq = asked.seq)
            WHERE ${read.in("asked.id", ids)} ORDER BY found.seq, found.id`,
          (rows) => Effect.orDie(decodeOutcomes(rows))
        )
      ),

    begunReply: (row) =>
      query(
        Effect.map(
          read`SELECT 1 AS found FROM outbox WHERE inbox_seq = ${row.seq} AND origin = 'turn' LIMIT 1`,
          (rows) => rows.length > 0
        )
      ),

    counts: (account) =>
      query(
        Effect.map(
          Effect.flatMap(
            read`
              SELECT 'sending' AS state, COUNT(*) AS n FROM outbox WHERE state = 'sending' AND account = ${account}
              UNION ALL
              SELECT 'queued' AS state, COUNT(*) AS n FROM outbox WHERE state IN ('queued', 'sending') AND account = ${account}
              UNION ALL
              SELECT state, COUNT(*) AS n FROM outbox WHERE state IN ('unknown', 'dead', 'skipped') AND account = ${account}
              AND (reason IS NULL OR reason <> 'dropped') GROUP BY state`,
            (rows) => Effect.orDie(decodeCounts(rows))
          ),
          (rows) => {
            const of = (state: OutboxState) => rows.find((row) => row.state === state)?.n ?? 0
            // Told apart by their rows only, so what is being sent is taken off all that is open.
            return {
              queued: of("queued") - of("sending"),
              sending: of("sending"),
              unknown: of("unknown"),
              dead: of("dead")
            }
          }
        )
      )
  })
})
