import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { type AccountId, ChatId } from "../../domain/ids.ts"
import type { Audience, BroadcastReason, BroadcastState, LeftOut, RecipientState } from "../../domain/Proactive.ts"
import { Int, RowId } from "../columns.ts"
import { Journal, type JournalError } from "../Journal.ts"
import { statements } from "../statement.ts"
import { broadcastColumns, BroadcastRow, encodeStrings, PartRow, rowsOf, turnOf } from "./rows.ts"

/** One recipient on the list of a broadcast. */
export interface Listed {
  readonly chat: string
  readonly name: string
  readonly leftOut: LeftOut | undefined
}

/** What the messages for one recipient came to. */
export interface Result {
  readonly broadcast: string
  readonly n: number
  readonly state: RecipientState
  readonly reason: string | null
  readonly detail: string | null
  readonly messageIds: ReadonlyArray<string>
}

const Key = Schema.Struct({ broadcast: RowId, n: Int })
const Waiting = Schema.Struct({ n: Int, chat: ChatId })
const Last = Schema.Struct({ n: Int, chat: Schema.String })
const Chats = Schema.Struct({ chats: Schema.NullOr(Schema.fromJsonString(Schema.Array(Schema.String))) })

/** SQL for whoever works broadcasts off. Methods that end in `Unit` are for `Journal.write`. */
export const deliveries = Effect.gen(function* () {
  const { query, read, sql } = yield* Journal
  const asked = statements(read)
  const written = statements(sql)

  const open = asked(
    `SELECT ${broadcastColumns} FROM broadcast WHERE account = ? AND state IN ('preparing', 'running', 'paused') ORDER BY id`
  )
  const list = asked("SELECT chats FROM broadcast WHERE id = ?")
  const lastListed = asked("SELECT n, chat FROM broadcast_recipient WHERE broadcast = ? ORDER BY n DESC LIMIT 1")
  const listsBehind = written(
    `SELECT 1 AS one FROM broadcast WHERE id = ? AND state = 'preparing'
      AND (SELECT COALESCE(MAX(n), 0) FROM broadcast_recipient WHERE broadcast = ?) = ?`
  )
  const insert = written(
    `INSERT INTO broadcast_recipient (broadcast, n, account, chat, name, state, reason, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (broadcast, n) DO NOTHING`
  )
  const set = written("UPDATE broadcast SET state = ?, reason = ?, detail = ? WHERE id = ? AND state = ?")
  const next = asked(
    "SELECT n, chat FROM broadcast_recipient WHERE broadcast = ? AND state = 'waiting' ORDER BY n LIMIT 1"
  )
  const enter = written(
    `UPDATE broadcast_recipient SET state = 'queued', at = ? WHERE broadcast = ? AND n = ? AND state = 'waiting'
      AND EXISTS (SELECT 1 FROM broadcast WHERE id = ? AND state = 'running') RETURNING n`
  )
  const skip = written(
    `UPDATE broadcast_recipient SET state = 'skipped', reason = ?, at = ?
    WHERE broadcast = ? AND n = ? AND state = 'waiting'`
  )
  const queued = asked("SELECT broadcast, n FROM broadcast_recipient WHERE state = 'queued' AND account = ? LIMIT ?")
  const unclear = asked(
    "SELECT broadcast, n FROM broadcast_recipient WHERE state = 'unknown' AND account = ? ORDER BY at DESC LIMIT ?"
  )
  const settle = written(
    `UPDATE broadcast_recipient SET state = ?, reason = ?, detail = ?, message_ids = ?, at = ?
    WHERE broadcast = ? AND n = ? AND state IN ('queued', 'unknown')`
  )
  const finish = written(
    `UPDATE broadcast SET state = 'done', reason = NULL, detail = NULL, ended_at = ? WHERE id = ? AND state = 'running'
      AND NOT EXISTS (SELECT 1 FROM broadcast_recipient WHERE broadcast = ? AND state = 'waiting')
      AND NOT EXISTS (SELECT 1 FROM broadcast_recipient WHERE state = 'queued' AND account = ? AND broadcast = ?)
    RETURNING id`
  )

  const withParts = (keys: Effect.Effect<ReadonlyArray<unknown>, SqlError>) =>
    query(
      Effect.gen(function* () {
        const found = yield* rowsOf(Key)(keys)
        if (found.length === 0) return []
        const turns = found.map(({ broadcast, n }) => turnOf(broadcast, n))
        const parts = yield* rowsOf(PartRow)(
          read`SELECT id, seq, turn, state, reason, detail, message_id AS "messageId" FROM outbox
            WHERE origin IN ('broadcast', 'schedule') AND ${read.in("turn", turns)} ORDER BY seq, id`
        )
        return found.map((key) => {
          const turn = turnOf(key.broadcast, key.n)
          return { ...key, parts: parts.filter((part) => part.turn === turn) }
        })
      })
    )

  return {
    /** An account's broadcasts that have not ended, oldest first. */
    open: (account: AccountId): Effect.Effect<ReadonlyArray<BroadcastRow>, JournalError> =>
      query(rowsOf(BroadcastRow)(open(account))),

    /** Who is meant, and the last one that is on the list already. */
    progress: (row: BroadcastRow) =>
      query(
        Effect.gen(function* () {
          const [found] = yield* rowsOf(Chats)(list(Number(row.id)))
          const [last] = yield* rowsOf(Last)(lastListed(Number(row.id)))
          const chats = found?.chats ?? null
          const audience: Audience =
            chats === null
              ? { to: "all", since: row.since }
              : { to: "list", chats, since: row.since, strict: row.strict === 1 }
          return { audience, last: last ?? { n: 0, chat: "" } }
        })
      ),

    /**
     * Puts recipients on the list, behind those that are there, and says whether it did: not where somebody else has put some
     * there since, for they may be the same.
     */
    listUnit: (row: BroadcastRow, after: number, entries: ReadonlyArray<Listed>, now: number) =>
      Effect.gen(function* () {
        if ((yield* listsBehind(Number(row.id), Number(row.id), after)).length === 0) return false
        let n = after
        for (const { chat, leftOut, name } of entries) {
          const state = leftOut === undefined ? "waiting" : "skipped"
          const at = leftOut === undefined ? null : now
          yield* insert(Number(row.id), ++n, row.account, chat, name, state, leftOut ?? null, at)
        }
        return true
      }),

    /** Moves a broadcast on, if it still stands where it was seen. */
    setUnit: (row: BroadcastRow, state: BroadcastState, reason: BroadcastReason | null, detail: string | null = null) =>
      Effect.asVoid(set(state, reason, detail, Number(row.id), row.state)),

    next: (row: BroadcastRow) =>
      query(Effect.map(rowsOf(Waiting)(next(Number(row.id))), (rows) => Option.fromUndefinedOr(rows[0]))),

    /** Takes a recipient's turn, for the unit that appends its messages. False: it is not to be sent (any more). */
    enterUnit: (row: BroadcastRow, n: number, now: number): Effect.Effect<boolean, SqlError> =>
      Effect.map(enter(now, Number(row.id), n, Number(row.id)), (rows) => rows.length > 0),

    skipUnit: (row: BroadcastRow, n: number, reason: LeftOut, now: number) =>
      Effect.asVoid(skip(reason, now, Number(row.id), n)),

    /** Recipients whose messages are in the outbox, with those messages. */
    outstanding: (account: AccountId, limit: number) => withParts(queued(account, limit)),

    /** The last ones of unknown fate: an operator may resolve them. */
    unclear: (account: AccountId, limit: number) => withParts(unclear(account, limit)),

    settleUnit: (results: ReadonlyArray<Result>, now: number) =>
      Effect.forEach(
        results,
        ({ broadcast, detail, messageIds, n, reason, state }) =>
          settle(
            state,
            reason,
            detail,
            messageIds.length === 0 ? null : encodeStrings(messageIds),
            now,
            Number(broadcast),
            n
          ),
        { discard: true }
      ),

    /** Ends a broadcast that has nobody left; says whether it did. */
    finishUnit: (row: BroadcastRow, now: number): Effect.Effect<boolean, SqlError> =>
      Effect.map(finish(now, Number(row.id), Number(row.id), row.account, Number(row.id)), (rows) => rows.length > 0)
  }
})

export type Deliveries = Effect.Success<typeof deliveries>
