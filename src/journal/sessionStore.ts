import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { AccountId } from "../domain/ids.ts"
import { OutboundPayload } from "../domain/Reply.ts"
import { Int } from "./columns.ts"
import { Journal, type JournalError } from "./Journal.ts"
import { statements } from "./statement.ts"

/**
 * `session_start`: sessions that were begun anew, and the name under which they go on. `session_message`: which inbox rows were
 * said in a session, for agents that are told of them. Whoever deletes inbox rows deletes theirs.
 */
export const sessionTables = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`
    CREATE TABLE session_start (
      session TEXT PRIMARY KEY,
      current TEXT NOT NULL,
      started_at BIGINT NOT NULL
    )`
  yield* sql`
    CREATE TABLE session_message (
      session TEXT NOT NULL,
      inbox_seq BIGINT NOT NULL,
      turn TEXT NOT NULL,
      PRIMARY KEY (session, inbox_seq)
    ) ${sql.onDialectOrElse({ pg: () => sql.literal(""), orElse: () => sql.literal("WITHOUT ROWID") })}`
})

const Start = Schema.Struct({ session: Schema.String, current: Schema.String })

const Said = Schema.Struct({
  seq: Int,
  turn: Schema.String,
  account: AccountId,
  receivedAt: Int,
  body: Schema.String
})
/** One message of a session, as it was received. */
export type Said = typeof Said.Type

const Answered = Schema.Struct({ inboxSeq: Int, payload: Schema.fromJsonString(OutboundPayload) })
/** One part of an answer, by the inbox row that it answers. */
export type Answered = typeof Answered.Type

const decodeStarts = Schema.decodeUnknownEffect(Schema.Array(Start))
const decodeSaid = Schema.decodeUnknownEffect(Schema.Array(Said))
const decodeAnswered = Schema.decodeUnknownEffect(Schema.Array(Answered))

/** SQL that is done together with what else is written for a turn. */
export type Unit = Effect.Effect<void, SqlError>

/** What the journal knows of sessions. Methods that end in `Unit` are SQL for `Journal.write`. */
export interface SessionStore {
  /** The sessions that were begun anew, each with its name of now. */
  readonly starts: Effect.Effect<ReadonlyMap<string, string>, JournalError>
  startUnit(session: string, current: string, now: number): Unit
  /** Notes that these rows, which end in the same transaction, were said in this session and answered by this turn. */
  noteUnit(session: string, turn: string, rows: ReadonlyArray<number>): Unit
  /** The last messages of a session that were dealt with, oldest first. */
  said(session: string, limit: number): Effect.Effect<ReadonlyArray<Said>, JournalError>
  /** What agents answered to these rows, and people in their stead, in the order of sending, without what surely never arrived. */
  answered(rows: ReadonlyArray<number>): Effect.Effect<ReadonlyArray<Answered>, JournalError>
}

export const sessionStore: Effect.Effect<SessionStore, never, Journal> = Effect.gen(function* () {
  const { query, read, sql } = yield* Journal
  const written = statements(sql)
  const start = written(
    `INSERT INTO session_start (session, current, started_at) VALUES (?, ?, ?)
    ON CONFLICT (session) DO UPDATE SET current = excluded.current, started_at = excluded.started_at`
  )
  const note = written(
    "INSERT INTO session_message (session, inbox_seq, turn) VALUES (?, ?, ?) ON CONFLICT (session, inbox_seq) DO NOTHING"
  )

  return {
    starts: query(
      Effect.map(
        Effect.flatMap(read`SELECT session, current FROM session_start`, (rows) => Effect.orDie(decodeStarts(rows))),
        (rows) => new Map(rows.map((row) => [row.session, row.current]))
      )
    ),
    startUnit: (session, current, now) => Effect.asVoid(start(session, current, now)),
    noteUnit: (session, turn, rows) => Effect.forEach(rows, (seq) => note(session, seq, turn), { discard: true }),
    said: (session, limit) =>
      query(
        Effect.map(
          Effect.flatMap(
            read`SELECT inbox.seq, said.turn, inbox.account, inbox.received_at AS "receivedAt", inbox.body
              FROM session_message said JOIN inbox ON inbox.seq = said.inbox_seq
              WHERE said.session = ${session} AND inbox.state = 'done' ORDER BY said.inbox_seq DESC LIMIT ${limit}`,
            (rows) => Effect.orDie(decodeSaid(rows))
          ),
          (rows) => rows.toReversed()
        )
      ),
    answered: (rows) =>
      rows.length === 0
        ? Effect.succeed([])
        : query(
            Effect.flatMap(
              read`SELECT inbox_seq AS "inboxSeq", payload FROM outbox
                WHERE inbox_seq IN ${read.in(rows)} AND origin IN ('turn', 'cli', 'api') AND state NOT IN ('dead', 'skipped')
                ORDER BY seq, id`,
              (found) => Effect.orDie(decodeAnswered(found))
            )
          )
  }
})
