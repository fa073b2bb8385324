import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import {
  type Attempt,
  type InboxEntry,
  inboxEntryColumns,
  type OutboxEntry,
  outboxEntryColumns,
  OutboxEntry as Out,
  InboxEntry as In,
  type Repair,
  rowsOf
} from "./entries.ts"
import { finding } from "./find.ts"
import type { QueueError } from "./QueueError.ts"

/** One part of a reply, the calls made for it, and what people did to it. */
export interface TracedSend {
  readonly row: OutboxEntry
  readonly attempts: ReadonlyArray<Attempt>
  readonly repairs: ReadonlyArray<Repair>
  /** The payload as JSON: people's words. */
  readonly content: string
}

/** All that the journal knows of one message. */
export interface Trace {
  /** Absent for what answers no message: an operator's, a broadcast's. */
  readonly message:
    | { readonly row: InboxEntry; readonly repairs: ReadonlyArray<Repair>; readonly content: string }
    | undefined
  /** The messages that its turn was about, in their order: itself, and others where several make one turn (`turns.mode`). */
  readonly members: ReadonlyArray<InboxEntry>
  readonly sends: ReadonlyArray<TracedSend>
}

/** Members of a turn stand this close to each other, in rows of the whole inbox. */
const near = 5_000
const page = 1_000

/** Puts together what is known of a message, over one connection. */
export const tracing = (sql: SqlClient) => {
  const finds = finding(sql)
  const inbox = sql.literal(inboxEntryColumns)
  const outbox = sql.literal(outboxEntryColumns)

  /** Nothing but their nearness helps to find them: an index would cost each turn. */
  const membersOf = Effect.fnUntraced(function* (row: InboxEntry) {
    const { account, chat, seq, turn } = row
    if (turn === null) return [row]
    const found: Array<InboxEntry> = []
    for (let low = Math.max(0, seq - near); low < seq + near; low += page) {
      const rows = yield* rowsOf(In)(
        sql`SELECT ${inbox} FROM inbox WHERE seq >= ${low} AND seq < ${low + page} AND chat = ${chat}
          AND account = ${account} AND turn = ${turn} ORDER BY seq`
      )
      found.push(...rows)
      yield* Effect.yieldNow
    }
    return found
  })

  const siblings = ({ account, chat, id, inboxSeq, turn }: OutboxEntry) =>
    inboxSeq === null && turn !== null
      ? rowsOf(Out)(
          sql`SELECT ${outbox} FROM outbox WHERE id > ${id - page} AND id < ${id + page} AND account = ${account}
            AND chat = ${chat} AND turn = ${turn} ORDER BY seq, id`
        )
      : rowsOf(Out)(sql`SELECT ${outbox} FROM outbox WHERE id = ${id}`)

  const traced = Effect.fnUntraced(function* (row: OutboxEntry) {
    const entry = { _tag: "Out", row } as const
    return {
      row,
      attempts: yield* finds.attempts(row.id),
      repairs: yield* finds.repairs(entry),
      content: yield* finds.content(entry)
    }
  })

  return Effect.fnUntraced(function* (id: string): Effect.fn.Return<Trace, QueueError | SqlError> {
    const entry = yield* finds.find(id, true)
    const row =
      entry._tag === "In" ? entry.row : entry.row.inboxSeq === null ? undefined : yield* finds.bySeq(entry.row.inboxSeq)
    const members = row === undefined ? [] : yield* membersOf(row)
    const sends: Array<OutboxEntry> = []
    for (const { seq } of members) sends.push(...(yield* finds.answersTo(seq)))
    if (row === undefined && entry._tag === "Out") sends.push(...(yield* siblings(entry.row)))
    return {
      message:
        row === undefined
          ? undefined
          : {
              row,
              repairs: yield* finds.repairs({ _tag: "In", row }),
              content: yield* finds.content({ _tag: "In", row })
            },
      members,
      sends: yield* Effect.forEach(sends, traced)
    }
  })
}
