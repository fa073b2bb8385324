import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { AccountId } from "../../domain/ids.ts"
import { NullableInt } from "../columns.ts"
import { Attempt, InboxEntry, inboxEntryColumns, OutboxEntry, outboxEntryColumns, Repair, rowsOf } from "./entries.ts"
import { nameOfInbox, nameOfOutbox, parseName } from "./ids.ts"
import { QueueError } from "./QueueError.ts"

/** One row, of either side. */
export type Entry =
  | { readonly _tag: "In"; readonly row: InboxEntry }
  | { readonly _tag: "Out"; readonly row: OutboxEntry }

export const nameOf = (entry: Entry): string => (entry._tag === "In" ? nameOfInbox(entry.row) : nameOfOutbox(entry.row))

/** Outbox rows looked through at once for an id of Zalo's, which has no index: it is random, and asked for seldom. */
const page = 2_000

const notFound = (text: string) =>
  new QueueError({
    reason: "not-found",
    detail: `There is no ${text} in this store; "queue list --all" shows what there is`
  })

const contents = rowsOf(Schema.Struct({ content: Schema.String }))

/** Looks for rows by what people call them, over one connection. */
export const finding = (sql: SqlClient) => {
  const inbox = sql.literal(inboxEntryColumns)
  const outbox = sql.literal(outboxEntryColumns)
  const inboxRows = rowsOf(InboxEntry)
  const outboxRows = rowsOf(OutboxEntry)

  const bySeq = (seq: number) =>
    Effect.map(inboxRows(sql`SELECT ${inbox} FROM inbox WHERE seq = ${seq}`), (rows) => rows[0])

  const byMessage = (account: string, messageId: string) =>
    Effect.map(
      inboxRows(sql`SELECT ${inbox} FROM inbox WHERE account = ${account} AND message_id = ${messageId}`),
      (rows) => rows[0]
    )

  const byId = (id: number) =>
    Effect.map(outboxRows(sql`SELECT ${outbox} FROM outbox WHERE id = ${id}`), (rows) => rows[0])

  /** One step in the index for each account, however many rows it has. */
  const accounts = Effect.gen(function* () {
    const found: Array<AccountId> = []
    for (;;) {
      const [next] = yield* rowsOf(Schema.Struct({ account: AccountId }))(
        sql`SELECT account FROM inbox WHERE account > ${found.at(-1) ?? ""} ORDER BY account LIMIT 1`
      )
      if (next === undefined) return found
      found.push(next.account)
    }
  })

  /** From the newest on: the id of what was sent is asked for soon after. */
  const bySentId = Effect.fnUntraced(function* (messageId: string) {
    const [ends] = yield* rowsOf(Schema.Struct({ least: NullableInt, most: NullableInt }))(
      sql`SELECT (SELECT MIN(id) FROM outbox) AS least, (SELECT MAX(id) FROM outbox) AS most`
    )
    const least = ends?.least ?? 0
    for (let high = ends?.most ?? -1; high >= least; high -= page) {
      const rows = yield* outboxRows(
        sql`SELECT ${outbox} FROM outbox WHERE id > ${high - page} AND id <= ${high} AND message_id = ${messageId}`
      )
      if (rows.length > 0) return rows
      yield* Effect.yieldNow
    }
    return []
  })

  const oneOf = (text: string, found: ReadonlyArray<Entry>) => {
    const [first, ...more] = found
    if (first === undefined || more.length === 0) return Effect.succeed(first)
    const names = found.map(nameOf).join(", ")
    return Effect.fail(
      new QueueError({ reason: "ambiguous", detail: `Several rows have the id ${text}: say which (${names})` })
    )
  }

  /** A row by its name; by an id alone where only one has it, Zalo's ids of what was sent only where that is wanted. */
  const find = Effect.fnUntraced(function* (
    text: string,
    sent: boolean
  ): Effect.fn.Return<Entry, QueueError | SqlError> {
    const name = parseName(text)
    if (name === undefined) {
      const detail = `"${text}" is no id of a row: they look like in:ACCOUNT/MESSAGE_ID and out:NUMBER`
      return yield* new QueueError({ reason: "bad-id", detail })
    }
    if (name._tag === "Out") {
      const row = yield* byId(name.id)
      return row === undefined ? yield* notFound(`row ${text}`) : { _tag: "Out", row }
    }
    if (name._tag === "In") {
      const row = yield* byMessage(name.account, name.messageId)
      return row === undefined ? yield* notFound(`message ${text}`) : { _tag: "In", row }
    }
    const received: Array<Entry> = []
    for (const account of yield* accounts) {
      const row = yield* byMessage(account, name.id)
      if (row !== undefined) received.push({ _tag: "In", row })
    }
    const inbound = yield* oneOf(text, received)
    if (inbound !== undefined) return inbound
    const rows = sent ? yield* bySentId(name.id) : []
    const outbound = yield* oneOf(
      text,
      rows.map((row) => ({ _tag: "Out", row }))
    )
    return outbound ?? (yield* notFound(`message ${text}`))
  })

  return {
    find,
    bySeq,
    byMessage,
    byId,
    repairs: (entry: Entry) =>
      rowsOf(Repair)(sql`SELECT action, actor, at, was_state AS "wasState", was_reason AS "wasReason" FROM repair
        WHERE side = ${entry._tag === "In" ? "in" : "out"} AND row_id = ${entry._tag === "In" ? entry.row.seq : entry.row.id}
        ORDER BY id`),
    attempts: (id: number) =>
      rowsOf(Attempt)(sql`SELECT n, started_at AS "startedAt", ended_at AS "endedAt", outcome, detail FROM send_attempt
        WHERE outbox_id = ${id} ORDER BY n`),
    /** What answers a message, in the order of sending. */
    answersTo: (seq: number) => outboxRows(sql`SELECT ${outbox} FROM outbox WHERE inbox_seq = ${seq} ORDER BY seq, id`),
    /** The words of a row, as they are kept. */
    content: (entry: Entry) =>
      Effect.map(
        contents(
          entry._tag === "In"
            ? sql`SELECT body AS content FROM inbox WHERE seq = ${entry.row.seq}`
            : sql`SELECT payload AS content FROM outbox WHERE id = ${entry.row.id}`
        ),
        ([row]) => row?.content ?? ""
      )
  }
}
