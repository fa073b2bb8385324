import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import type { AccountId, ChatId, LaneKey } from "../../domain/ids.ts"
import type { ChatType } from "../../domain/Update.ts"
import { Int, withoutNul } from "../columns.ts"
import type { InboxRow } from "../InboxRow.ts"
import { Journal, type JournalError } from "../Journal.ts"
import { type Statement, statements } from "../statement.ts"
import { chatColumns, ChatRow, type ListedChat } from "./ChatRow.ts"
import { listing, type ListOptions } from "./listing.ts"
import { type Pause, pausing, type Resume, type Resumed } from "./pausing.ts"
import { type Seen, seeing } from "./seeing.ts"
import { type Transcript, transcripts } from "./transcript.ts"

export { ChatRow, type ListedChat, PausedBy } from "./ChatRow.ts"

/** A chat as somebody names it who may know of more of it than the store. */
export interface NamedChat extends LaneKey {
  readonly type: ChatType
  /** The person's display name; empty for a group. */
  readonly name: string
}

/**
 * The chats that were let in, and what people have decided about them. Methods that end in `Unit` are SQL for
 * `Journal.write`.
 */
export class Chats extends Context.Service<
  Chats,
  {
    /**
     * Notes that a message was let in: for the transaction that begins or ends its turn. Undefined where there is nothing to
     * write: a chat is written once a minute at most, and what came meanwhile is counted then.
     */
    seenUnit(seen: Seen): Effect.Effect<void, SqlError> | undefined
    get(key: LaneKey): Effect.Effect<Option.Option<ChatRow>, JournalError>
    /** Under whichever accounts there is such a chat. */
    find(chat: ChatId): Effect.Effect<ReadonlyArray<ChatRow>, JournalError>
    /** The last heard of first, `limit` at a time; `after` is the last one of the page before. */
    list(options: ListOptions): Effect.Effect<ReadonlyArray<ListedChat>, JournalError>
    /** What was last said in a chat: the last `limit` messages of each side, as far as not too much was said elsewhere since. */
    transcript(key: LaneKey, limit: number): Effect.Effect<Transcript, JournalError>
    /** One chat as `list` has it. */
    listed(key: LaneKey): Effect.Effect<Option.Option<ListedChat>, JournalError>
    /** Private chats that wrote first and want to hear from us, in the order of their ids. */
    recipients(account: AccountId, after: string, limit: number): Effect.Effect<ReadonlyArray<ChatRow>, JournalError>
    /** Whether a person answers there now. */
    paused(key: LaneKey): Effect.Effect<boolean, JournalError>
    /** The same inside a transaction: what it decides holds when it commits. */
    pausedUnit(key: LaneKey): Effect.Effect<boolean, SqlError>
    /** Begins a pause, or changes the one that stands; a chat that nobody knows yet is noted. Says whether it began. */
    pauseUnit(key: LaneKey, pause: Pause): Effect.Effect<boolean, SqlError>
    /** Keeps messages that wait until the pause is over. Those that no pause is there for any more are left: false then. */
    holdUnit(rows: ReadonlyArray<InboxRow>): Effect.Effect<boolean, SqlError>
    /**
     * One step to the end of a pause: to be written again and again until it says `ended`. Many kept messages need several, so
     * that no transaction is long; the chat stays paused until the last.
     */
    resumeUnit(key: LaneKey, resume: Resume): Effect.Effect<Resumed, SqlError>
    /**
     * All steps to the end of a pause; `also` is SQL for the transaction of the last one. Undefined when there was no pause:
     * then `also` was not done either.
     */
    resume(
      key: LaneKey,
      resume: Resume,
      also?: Effect.Effect<unknown, SqlError>
    ): Effect.Effect<{ readonly settled: number; readonly released: number } | undefined, JournalError>
    /** Notes that a person answers now. Gives the message that the answer follows in the session's history, if it is known. */
    answeredUnit(key: LaneKey): Effect.Effect<number | undefined, SqlError>
    /** Paused chats that the gateway has to see to: their time is over, or their people are still to be told. */
    due(account: AccountId, now: number, limit: number): Effect.Effect<ReadonlyArray<ChatRow>, JournalError>
    /** The people there were told of the pause. False when somebody was quicker. */
    toldUnit(key: LaneKey): Effect.Effect<boolean, SqlError>
    optOutUnit(chat: NamedChat, now: number): Effect.Effect<void, SqlError>
    optInUnit(chat: NamedChat, now: number): Effect.Effect<void, SqlError>
  }
>()("zalo-effect/journal/chats/Chats") {
  static readonly layerSql: Layer.Layer<Chats, never, Journal> = Layer.effect(
    Chats,
    Effect.suspend(() => make)
  )
}

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(ChatRow))
const decodeSeqs = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ seq: Schema.NullOr(Int) })))

const make = Effect.gen(function* () {
  const journal = yield* Journal
  const { query, read, sql } = journal
  const written = statements(sql)
  const asked = statements(read)

  const rowsOf = (statement: Statement, ...params: ReadonlyArray<unknown>) =>
    query(Effect.flatMap(statement(...params), (rows) => Effect.orDie(decodeRows(rows))))
  const firstOf = (rows: ReadonlyArray<ChatRow>) => Option.fromUndefinedOr(rows[0])

  const one = asked(`SELECT ${chatColumns} FROM chat WHERE account = ? AND chat = ?`)
  const named = asked(`SELECT ${chatColumns} FROM chat WHERE chat = ? ORDER BY account`)
  const pausedText = "SELECT 1 AS one FROM chat WHERE account = ? AND chat = ? AND paused_at IS NOT NULL"
  const isPaused = asked(pausedText)
  const isPausedNow = written(pausedText)
  const writable = asked(
    `SELECT ${chatColumns} FROM chat WHERE account = ? AND chat > ? AND type = 'PRIVATE' AND opted_out_at IS NULL
      AND messages > 0 ORDER BY chat LIMIT ?`
  )
  const over = asked(
    `SELECT ${chatColumns} FROM chat WHERE paused_at IS NOT NULL AND resume_at IS NOT NULL AND account = ? AND resume_at <= ?
    ORDER BY resume_at LIMIT ?`
  )
  const untold = asked(
    `SELECT ${chatColumns} FROM chat WHERE paused_at IS NOT NULL AND told = 0 AND account = ? ORDER BY chat LIMIT ?`
  )
  const tell = written(
    "UPDATE chat SET told = 1 WHERE account = ? AND chat = ? AND told = 0 AND paused_at IS NOT NULL RETURNING chat"
  )
  const opt = written(
    `INSERT INTO chat (account, chat, type, name, first_seen_at, last_seen_at, opted_out_at)
    VALUES (?, ?, ?, ?, ?, ?, CAST(? AS BIGINT))
    ON CONFLICT (account, chat) DO UPDATE SET
      opted_out_at = CASE WHEN excluded.opted_out_at IS NULL THEN NULL
        ELSE COALESCE(chat.opted_out_at, excluded.opted_out_at) END`
  )
  const answered = written(
    `UPDATE chat SET waiting_since = NULL, answered_seq = COALESCE(
      (SELECT MAX(seq) FROM inbox WHERE state = 'pending' AND account = ? AND chat = ?), answered_seq)
    WHERE account = ? AND chat = ? AND paused_at IS NOT NULL`
  )
  const lastSaid = written(
    `SELECT MAX(inbox_seq) AS seq FROM session_message
    WHERE session = (SELECT session FROM chat WHERE account = ? AND chat = ?)`
  )

  const optUnit = ({ account, chat, name, type }: NamedChat, now: number, at: number | null) =>
    Effect.asVoid(opt(account, chat, type, withoutNul(name), now, now, at))

  const { holdUnit, pauseUnit, resumeUnit } = pausing(sql)

  const resume = Effect.fnUntraced(function* (key: LaneKey, how: Resume, also?: Effect.Effect<unknown, SqlError>) {
    const unit = Effect.tap(resumeUnit(key, how), ({ state }) =>
      state === "ended" && also !== undefined ? also : Effect.void
    )
    for (let settled = 0; ;) {
      const step = yield* journal.write(unit)
      if (step.state === "not-paused") return undefined
      settled += step.settled
      if (step.state === "ended") return { settled, released: step.released }
    }
  })

  return Chats.of({
    seenUnit: seeing(sql),
    get: ({ account, chat }) => Effect.map(rowsOf(one, account, chat), firstOf),
    find: (chat) => rowsOf(named, chat),
    ...listing(journal),
    ...transcripts(journal),
    recipients: (account, after, limit) => rowsOf(writable, account, after, limit),
    paused: ({ account, chat }) => query(Effect.map(isPaused(account, chat), some)),
    pausedUnit: ({ account, chat }) => Effect.map(isPausedNow(account, chat), some),
    holdUnit,
    pauseUnit,
    resumeUnit,
    resume,
    answeredUnit: ({ account, chat }) =>
      answered(account, chat, account, chat).pipe(
        Effect.andThen(lastSaid(account, chat)),
        Effect.flatMap((rows) => Effect.orDie(decodeSeqs(rows))),
        Effect.map(([row]) => row?.seq ?? undefined)
      ),
    due: (account, now, limit) =>
      Effect.zipWith(rowsOf(over, account, now, limit), rowsOf(untold, account, limit), (late, new_) => [
        ...late,
        ...new_.filter(({ resumeAt }) => resumeAt === null || resumeAt > now)
      ]),
    toldUnit: ({ account, chat }) => Effect.map(tell(account, chat), some),
    optOutUnit: (chat, now) => optUnit(chat, now, now),
    optInUnit: (chat, now) => optUnit(chat, now, null)
  })
})

const some = (rows: ReadonlyArray<unknown>): boolean => rows.length > 0
