import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { type AccountId, type LaneKey, type TurnId } from "../domain/ids.ts"
import type { InboxReason } from "../domain/reasons.ts"
import { admitting } from "./admitting.ts"
import { Int, NullableInt } from "./columns.ts"
import { type Admission, inboxColumns, InboxRow } from "./InboxRow.ts"
import { countDead, countIgnored } from "./counts.ts"
import { Journal, type JournalError } from "./Journal.ts"
import { statements } from "./statement.ts"
import { waitingLanes, type WaitingLanes } from "./waitingLanes.ts"

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
  WaitingLanes & {
    /** Journals an update. False says that this account has it already: it is counted, and nothing else happens. */
    admit(row: Admission): Effect.Effect<boolean, JournalError>
    /** The oldest row of a chat that waits, due or not. What is kept for a person (`Chats.holdUnit`) is passed over, here and below. */
    head(key: LaneKey): Effect.Effect<Option.Option<InboxRow>, JournalError>
    /** The oldest rows of a chat that wait, in their order. */
    waiting(key: LaneKey, limit: number): Effect.Effect<ReadonlyArray<InboxRow>, JournalError>
    /** The newest of those rows, the last one first. */
    newest(key: LaneKey, limit: number): Effect.Effect<ReadonlyArray<InboxRow>, JournalError>
    /** Fixes which rows a turn is about, before anybody is asked. */
    fix(rows: ReadonlyArray<InboxRow>, turn: TurnId): Effect.Effect<void, JournalError>
    /** Undoes `fix` and `begin`: the rows wait for another turn. */
    release(rows: ReadonlyArray<InboxRow>): Effect.Effect<void, JournalError>
    /**
     * Notes that a turn begins, and what kind of agent is asked, and does `also` in the same transaction. None when the row no
     * longer waits.
     */
    begin(
      row: InboxRow,
      now: number,
      agent?: string,
      also?: Effect.Effect<void, SqlError>
    ): Effect.Effect<Option.Option<InboxRow>, JournalError>
    /** Takes back what `begin` noted: the turn was stopped, it did not fail. */
    giveBack(row: InboxRow): Effect.Effect<void, JournalError>
    /** False, and nothing: the row waits no longer, because an operator has dropped it. */
    endUnit(row: InboxRow, end: InboxEnd): Effect.Effect<boolean, SqlError>
    /** The same for a failed try. */
    failUnit(row: InboxRow, failure: InboxFailure): Effect.Effect<boolean, SqlError>
    counts(account: AccountId): Effect.Effect<InboxCounts, JournalError>
  }
>()("zalo-effect/journal/Inbox") {
  static readonly layerSql: Layer.Layer<Inbox, never, Journal> = Layer.effect(
    Inbox,
    Effect.suspend(() => make)
  )
}

export interface InboxCounts {
  /** All that wait, also for a person. */
  readonly pending: number
  /** Those of them that are kept for a person, their chat being paused. */
  readonly held: number
  /** Those that nobody has dropped: they want somebody's eye. */
  readonly dead: number
  /** When the oldest row that waits for the bot was received. */
  readonly oldest: number | null
  /** The same of what waits for a person. */
  readonly oldestHeld: number | null
}

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(InboxRow))
const decodeBegun = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ starts: Int, beganAt: NullableInt })))
const decodeCounts = Schema.decodeUnknownEffect(
  Schema.Tuple([Schema.Struct({ pending: Int, held: Int, oldest: NullableInt, oldestHeld: NullableInt, dead: Int })])
)

const make = Effect.gen(function* () {
  const journal = yield* Journal
  const { sql, read, write, query } = journal
  const written = statements(sql)
  const asked = statements(read)

  const oldest = asked(
    `SELECT ${inboxColumns} FROM inbox WHERE state = 'pending' AND account = ? AND chat = ? AND held = 0
    ORDER BY seq LIMIT 1`
  )
  const allOldest = asked(
    `SELECT ${inboxColumns} FROM inbox WHERE state = 'pending' AND account = ? AND chat = ? AND held = 0
    ORDER BY seq LIMIT ?`
  )
  const allNewest = asked(
    `SELECT ${inboxColumns} FROM inbox WHERE state = 'pending' AND account = ? AND chat = ? AND held = 0
    ORDER BY seq DESC LIMIT ?`
  )
  const join = written("UPDATE inbox SET turn = ?, reason = NULL WHERE seq = ? AND state = 'pending'")
  const leave = written(
    `UPDATE inbox SET turn = NULL, reason = 'interrupted', starts = 0, attempts = 0, next_at = NULL
    WHERE seq = ? AND state = 'pending'`
  )
  const start = written(
    `UPDATE inbox SET starts = starts + 1, began_at = COALESCE(began_at, ?), asked_at = ?, agent = ?, rule = ?
    WHERE seq = ? AND state = 'pending'
    RETURNING starts, began_at AS "beganAt"`
  )
  const unstart = written("UPDATE inbox SET starts = starts - 1 WHERE seq = ? AND state = 'pending' AND starts > 0")
  const end = written(
    `UPDATE inbox SET state = ?, reason = ?, detail = ?, attempts = attempts + ?, next_at = NULL, ended_at = ?,
      rule = COALESCE(?, rule)
    WHERE seq = ? AND state = 'pending' RETURNING 1 AS one`
  )
  const fail = written(
    `UPDATE inbox SET attempts = attempts + 1, starts = 0, next_at = ?, detail = ?, noticed = ?
    WHERE seq = ? AND state = 'pending' RETURNING 1 AS one`
  )
  const lanes = waitingLanes(journal, {
    table: "inbox",
    open: "state = 'pending'",
    delayed: "state = 'pending'",
    // What is kept for a person comes behind all that is not: a chat where it is the oldest has nothing for a lane.
    order: "held, seq",
    nextAt: `CASE WHEN held = 1 THEN ${Number.MAX_SAFE_INTEGER} ELSE next_at END`
  })

  return Inbox.of({
    admit: admitting(journal),

    head: (key) =>
      query(
        Effect.flatMap(oldest(key.account, key.chat), (rows) =>
          rows.length === 0 ? Effect.succeedNone : Effect.orDie(Effect.map(decodeRows(rows), first))
        )
      ),

    waiting: (key, limit) =>
      query(Effect.flatMap(allOldest(key.account, key.chat, limit), (rows) => Effect.orDie(decodeRows(rows)))),

    newest: (key, limit) =>
      query(Effect.flatMap(allNewest(key.account, key.chat, limit), (rows) => Effect.orDie(decodeRows(rows)))),

    fix: (rows, turn) => write(Effect.forEach(rows, (row) => join(turn, row.seq), { discard: true })),

    release: (rows) => write(Effect.forEach(rows, (row) => leave(row.seq), { discard: true })),

    begin: (row, now, agent, also) => {
      const begun = Effect.flatMap(start(now, now, agent ?? null, row.rule ?? null, row.seq), (rows) =>
        Effect.orDie(
          Effect.map(decodeBegun(rows), ([noted]) =>
            noted === undefined ? Option.none() : Option.some<InboxRow>({ ...row, ...noted })
          )
        )
      )
      return write(also === undefined ? begun : Effect.andThen(also, begun))
    },

    giveBack: (row) => write(Effect.asVoid(unstart(row.seq))),

    endUnit: (row, how) => {
      const { account, rule = null, seq } = row
      const { detail = null, now, reason, state } = how
      const ended = Effect.map(end(state, reason, detail, how.failed === true ? 1 : 0, now, rule, seq), isAny)
      if (state === "done" || reason === null) return ended
      const count = (state === "dead" ? countDead : countIgnored)({ account, reason })
      return Effect.tap(ended, (was) => (was ? count : Effect.void))
    },

    failUnit: (row, failure) =>
      Effect.map(fail(failure.nextAt, failure.detail, failure.noticed || row.noticed === 1 ? 1 : 0, row.seq), isAny),

    ...lanes,

    counts: (account) =>
      query(
        Effect.map(
          Effect.flatMap(
            // What waits is counted in its index alone: the row of each would be ten times as dear.
            read`SELECT waiting.pending, waiting.held,
              (SELECT received_at FROM inbox WHERE seq = waiting.oldest) AS oldest,
              (SELECT received_at FROM inbox WHERE seq = waiting.oldest_held) AS "oldestHeld",
              (SELECT COUNT(*) FROM inbox WHERE state = 'dead' AND account = ${account}
                AND (reason IS NULL OR reason <> 'dropped')) AS dead
            FROM (SELECT COUNT(*) AS pending, COALESCE(SUM(held), 0) AS held,
                MIN(CASE WHEN held = 0 THEN seq END) AS oldest, MIN(CASE WHEN held = 1 THEN seq END) AS oldest_held
              FROM inbox WHERE state = 'pending' AND account = ${account}) AS waiting`,
            (rows) => Effect.orDie(decodeCounts(rows))
          ),
          ([counts]) => counts
        )
      )
  })
})

const isAny = (rows: ReadonlyArray<unknown>): boolean => rows.length > 0

const first = <A>(rows: ReadonlyArray<A>): Option.Option<A> => Option.fromUndefinedOr(rows[0])
