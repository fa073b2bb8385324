import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { type AccountId, ChatId, type LaneKey } from "../domain/ids.ts"
import type { InboxReason } from "../domain/reasons.ts"
import { Int, NullableInt, withoutNul } from "./columns.ts"
import { type Admission, InboxRow } from "./InboxRow.ts"
import { Journal, type JournalError } from "./Journal.ts"

/** How a row ends. */
export interface InboxEnd {
  readonly state: "done" | "ignored" | "dead"
  readonly reason: InboxReason | null
  readonly detail?: string | undefined
  /** Whether a failed try ended it: then it counts as one. */
  readonly failed?: boolean | undefined
  readonly now: number
}

/** A failed try: the row stays, and is looked at again at `nextAt`. */
export interface InboxFailure {
  readonly nextAt: number
  readonly detail: string
  /** Whether the sender is told in the same transaction. */
  readonly noticed: boolean
}

/**
 * What was received. Methods that end in `Unit` are SQL for `Journal.write`, so that what belongs together commits together.
 */
export class Inbox extends Context.Service<
  Inbox,
  {
    /** Journals an update. False says that this account has it already: it is counted, and nothing else happens. */
    admit(row: Admission): Effect.Effect<boolean, JournalError>
    /** The oldest row of a chat that waits, due or not. */
    head(key: LaneKey): Effect.Effect<Option.Option<InboxRow>, JournalError>
    /** Notes that a turn begins. None when the row no longer waits. */
    begin(row: InboxRow, now: number): Effect.Effect<Option.Option<InboxRow>, JournalError>
    /** Takes back what `begin` noted: the turn was stopped, it did not fail. */
    giveBack(row: InboxRow): Effect.Effect<void, JournalError>
    endUnit(row: InboxRow, end: InboxEnd): Effect.Effect<void, SqlError>
    failUnit(row: InboxRow, failure: InboxFailure): Effect.Effect<void, SqlError>
    /** Chats of an account with rows that wait, each with its head's `nextAt`, in the order of their ids, after `chat`. */
    lanes(
      account: AccountId,
      after: string,
      limit: number
    ): Effect.Effect<ReadonlyArray<{ readonly chat: ChatId; readonly nextAt: number | null }>, JournalError>
    /** Chats whose rows became due. */
    due(account: AccountId, now: number, limit: number): Effect.Effect<ReadonlyArray<ChatId>, JournalError>
    counts(account: AccountId): Effect.Effect<InboxCounts, JournalError>
  }
>()("zalo-effect/journal/Inbox") {
  static readonly layerSql: Layer.Layer<Inbox, never, Journal> = Layer.effect(
    Inbox,
    Effect.suspend(() => make)
  )
}

export interface InboxCounts {
  readonly pending: number
  readonly dead: number
  /** When the oldest row that waits was received. */
  readonly oldest: number | null
}

const columns =
  "seq, account, message_id, chat, received_at, source, body, state, reason, attempts, starts, noticed, next_at, began_at"

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(InboxRow))
const decodeLanes = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ chat: ChatId, next_at: NullableInt })))
const decodeChats = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ chat: ChatId })))
const decodeCounts = Schema.decodeUnknownEffect(
  Schema.Tuple([Schema.Struct({ pending: Int, oldest: NullableInt, dead: Int })])
)

const make = Effect.gen(function* () {
  const { sql, read, write, query } = yield* Journal
  const head = read.literal(columns)

  const firstRow = (rows: Effect.Effect<ReadonlyArray<unknown>, SqlError>) =>
    rows.pipe(
      Effect.flatMap((found) => Effect.orDie(decodeRows(found))),
      Effect.map((decoded) => Option.fromUndefinedOr(decoded[0]))
    )

  return Inbox.of({
    admit: (row) =>
      write(
        Effect.map(
          sql<{ duplicates: number }>`
            INSERT INTO inbox (account, message_id, chat, received_at, source, body, state, reason, ended_at)
            VALUES (${row.account}, ${row.messageId}, ${row.chat}, ${row.receivedAt}, ${row.source}, ${withoutNul(row.body)},
              ${row.state}, ${row.reason}, ${row.state === "pending" ? null : row.receivedAt})
            ON CONFLICT (account, message_id) DO UPDATE SET duplicates = inbox.duplicates + 1
            RETURNING duplicates`,
          (rows) => Number(rows[0]?.duplicates ?? 0) === 0
        )
      ),

    head: (key) =>
      query(
        firstRow(read`
          SELECT ${head} FROM inbox WHERE state = 'pending' AND account = ${key.account} AND chat = ${key.chat}
          ORDER BY seq LIMIT 1`)
      ),

    begin: (row, now) =>
      write(
        firstRow(sql`
          UPDATE inbox SET starts = starts + 1, began_at = COALESCE(began_at, ${now}) WHERE seq = ${row.seq} AND state = 'pending'
          RETURNING ${sql.literal(columns)}`)
      ),

    giveBack: (row) =>
      write(
        Effect.asVoid(
          sql`UPDATE inbox SET starts = starts - 1 WHERE seq = ${row.seq} AND state = 'pending' AND starts > 0`
        )
      ),

    endUnit: (row, end) =>
      Effect.asVoid(sql`
        UPDATE inbox SET state = ${end.state}, reason = ${end.reason}, detail = ${end.detail ?? null},
          attempts = attempts + ${end.failed === true ? 1 : 0},
          next_at = NULL, ended_at = ${end.now}
        WHERE seq = ${row.seq} AND state = 'pending'`),

    failUnit: (row, failure) =>
      Effect.asVoid(sql`
        UPDATE inbox SET attempts = attempts + 1, starts = 0, next_at = ${failure.nextAt}, detail = ${failure.detail},
          noticed = ${failure.noticed || row.noticed === 1 ? 1 : 0}
        WHERE seq = ${row.seq} AND state = 'pending'`),

    lanes: (account, after, limit) =>
      query(
        Effect.gen(function* () {
          const found: Array<{ readonly chat: ChatId; readonly nextAt: number | null }> = []
          let last = after
          while (found.length < limit) {
            const [lane] = yield* Effect.orDie(
              decodeLanes(
                yield* read`
                  SELECT chat, next_at FROM inbox WHERE state = 'pending' AND account = ${account} AND chat > ${last}
                  ORDER BY chat, seq LIMIT 1`
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
          read`SELECT chat FROM inbox WHERE state = 'pending' AND account = ${account} AND next_at IS NOT NULL AND next_at <= ${now}
            ORDER BY next_at LIMIT ${limit}`,
          (rows) => Effect.map(Effect.orDie(decodeChats(rows)), (chats) => chats.map(({ chat }) => chat))
        )
      ),

    counts: (account) =>
      query(
        Effect.map(
          Effect.flatMap(
            read`SELECT
              (SELECT COUNT(*) FROM inbox WHERE state = 'pending' AND account = ${account}) AS pending,
              (SELECT MIN(received_at) FROM inbox WHERE state = 'pending' AND account = ${account}) AS oldest,
              (SELECT COUNT(*) FROM inbox WHERE state = 'dead' AND account = ${account}) AS dead`,
            (rows) => Effect.orDie(decodeCounts(rows))
          ),
          ([counts]) => counts
        )
      )
  })
})
