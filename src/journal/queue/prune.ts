import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { InboxState, OutboxState } from "../../domain/reasons.ts"
import { Int } from "../columns.ts"
import { Journal, type JournalError } from "../Journal.ts"
import { rowsOf } from "./entries.ts"

/** What may be deleted: never what waits. */
export type PrunableState = Exclude<InboxState | OutboxState, "pending" | "queued" | "sending">

export const prunableStates = [
  "done",
  "ignored",
  "sent",
  "skipped",
  "dead",
  "unknown"
] as const satisfies ReadonlyArray<PrunableState>

export interface PruneOptions {
  /** Older than that, in milliseconds since 1970. */
  readonly before: number
  /** Else what ended well, or was dropped: `done` and `ignored` messages with all that was sent for them. */
  readonly states?: ReadonlyArray<PrunableState> | undefined
  /** Only counts. */
  readonly dryRun?: boolean | undefined
  /** Between two steps, so that others get to write. */
  readonly pause?: Duration.Duration | undefined
}

/** Rows that were deleted. */
export interface Pruned {
  readonly inbox: number
  readonly outbox: number
}

/** Rows looked at in one go, */
const look = 500
/** and deleted in one transaction, at most: each touches pages from all over the store. */
const bite = 25

const finished: ReadonlyArray<string> = ["sent", "skipped"]

const keys = rowsOf(Schema.Struct({ key: Int }))
const scanned = rowsOf(Schema.Struct({ key: Int, state: Schema.String, reason: Schema.NullOr(Schema.String), at: Int }))

/** What is deleted, in the words of both tables. */
const planOf = (states: PruneOptions["states"]) => {
  const all: ReadonlyArray<string> = states ?? ["done", "ignored", "sent", "skipped"]
  return {
    /** Whether what was dropped counts as ended. */
    dropped: states === undefined || states.includes("dead"),
    states: new Set(all),
    /** With which of its sends a message may go: one whose fate still wants somebody's eye keeps it. */
    sends: [...new Set([...finished, ...all])],
    /** Without further ado only sends go by themselves that answer no message of ours. */
    alone: states === undefined
  }
}

type Plan = ReturnType<typeof planOf>

/** SQL that finds and deletes some rows by their keys. Foreign rows first, so that nothing is left behind that nobody finds. */
const deleting = (sql: SqlClient, { alone, dropped, sends, states }: Plan, before: number) => {
  const ended = sql`(${sql.in("state", [...states])} ${sql.literal(dropped ? "OR (state = 'dead' AND COALESCE(reason, '') = 'dropped')" : "")})`
  const settled = sql`(${sql.in("outbox.state", sends)} OR (outbox.state = 'dead' AND COALESCE(outbox.reason, '') = 'dropped'))`
  const messages = (among: ReadonlyArray<number>) =>
    Effect.map(
      keys(
        sql`SELECT seq AS "key" FROM inbox WHERE ${sql.in("seq", among)} AND received_at < ${before} AND ${ended}
          AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.inbox_seq = inbox.seq AND NOT ${settled})`
      ),
      (rows) => rows.map(({ key }) => key)
    )
  const sendsOf = (among: ReadonlyArray<number>) =>
    Effect.map(keys(sql`SELECT id AS "key" FROM outbox WHERE ${sql.in("inbox_seq", among)}`), (rows) =>
      rows.map(({ key }) => key)
    )
  const single = (among: ReadonlyArray<number>) =>
    Effect.map(
      keys(
        sql`SELECT id AS "key" FROM outbox WHERE ${sql.in("id", among)} AND COALESCE(settled_at, created_at) < ${before} AND ${ended}
          ${sql.literal(alone ? "AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.seq = outbox.inbox_seq)" : "")}`
      ),
      (rows) => rows.map(({ key }) => key)
    )

  const deleteSends = Effect.fnUntraced(function* (ids: ReadonlyArray<number>) {
    if (ids.length === 0) return
    yield* sql`DELETE FROM send_attempt WHERE ${sql.in("outbox_id", ids)}`
    yield* sql`DELETE FROM repair WHERE side = 'out' AND ${sql.in("row_id", ids)}`
    yield* sql`DELETE FROM outbox WHERE ${sql.in("id", ids)} AND state NOT IN ('queued', 'sending')`
  })

  const deleteMessages = Effect.fnUntraced(function* (seqs: ReadonlyArray<number>) {
    if (seqs.length === 0) return
    yield* sql`DELETE FROM session_message WHERE ${sql.in("inbox_seq", seqs)}`
    yield* sql`DELETE FROM repair WHERE side = 'in' AND ${sql.in("row_id", seqs)}`
    yield* sql`DELETE FROM inbox WHERE ${sql.in("seq", seqs)} AND state <> 'pending'`
  })

  return { messages, sendsOf, single, deleteSends, deleteMessages }
}

/**
 * Deletes what is old, from the oldest row on, in small steps: each reads or deletes a few rows and lets everybody else have
 * their turn, so that a store of a million rows stalls nobody. It ends where rows begin to be young.
 */
export const prune = Effect.fnUntraced(function* (
  { query, read, sql, write }: Journal["Service"],
  { before, dryRun = false, pause, states }: PruneOptions
): Effect.fn.Return<Pruned, JournalError> {
  const plan = planOf(states)
  const found = deleting(read, plan, before)
  const gone = deleting(sql, plan, before)
  const rest = pause === undefined ? Effect.yieldNow : Effect.sleep(pause)
  let inbox = 0
  let outbox = 0

  /** Walks a table from its oldest row on and hands over what may be deleted, a bite at a time. */
  const walk = Effect.fnUntraced(function* (
    table: "inbox" | "outbox",
    eat: (among: ReadonlyArray<number>) => Effect.Effect<void, JournalError>
  ) {
    const [key, at] = table === "inbox" ? ["seq", "received_at"] : ["id", "created_at"]
    const columns = read.literal(`${key} AS "key", state, reason, ${at} AS "at"`)
    let last = -1
    for (;;) {
      const rows = yield* query(
        scanned(
          read`SELECT ${columns} FROM ${read(table)} WHERE ${read(key)} > ${last} ORDER BY ${read(key)} LIMIT ${look}`
        )
      )
      const old = rows.filter((row) => row.at < before)
      const candidates = old.filter(
        ({ reason, state }) => plan.states.has(state) || (plan.dropped && state === "dead" && reason === "dropped")
      )
      for (let i = 0; i < candidates.length; i += bite) {
        yield* eat(candidates.slice(i, i + bite).map((row) => row.key))
        yield* rest
      }
      const end = rows.at(-1)
      // Rows come in the order of time, but for a clock that was set: a whole stretch of young ones ends it.
      if (end === undefined || old.length === 0) return
      last = end.key
      yield* rest
    }
  })

  yield* walk("inbox", (among) =>
    Effect.gen(function* () {
      const one = Effect.fnUntraced(function* (rows: typeof found) {
        const seqs = yield* rows.messages(among)
        const sends = seqs.length === 0 ? [] : yield* rows.sendsOf(seqs)
        if (rows === gone) yield* Effect.andThen(rows.deleteSends(sends), rows.deleteMessages(seqs))
        return { seqs: seqs.length, sends: sends.length }
      })
      const counts = yield* dryRun ? query(one(found)) : write(one(gone))
      inbox += counts.seqs
      outbox += counts.sends
    })
  )
  yield* walk("outbox", (among) =>
    Effect.gen(function* () {
      const one = Effect.fnUntraced(function* (rows: typeof found) {
        const ids = yield* rows.single(among)
        if (rows === gone) yield* rows.deleteSends(ids)
        return ids.length
      })
      outbox += yield* dryRun ? query(one(found)) : write(one(gone))
    })
  )
  return { inbox, outbox }
})
