import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { recipientIn } from "../proactive/rows.ts"
import { monthOf } from "../SendCounts.ts"
import { InboxEntry, inboxEntryColumns, OutboxEntry, outboxEntryColumns, type Repair, rowsOf } from "./entries.ts"
import { type Entry, nameOf } from "./find.ts"
import { nameOfOutbox } from "./ids.ts"
import { QueueError } from "./QueueError.ts"

/** Who repairs, and when. */
export interface Actor {
  readonly by: string
  readonly now: number
}

type Planned = Effect.Effect<ReadonlyArray<Entry>, QueueError | SqlError>

const refuse = (reason: QueueError["reason"], detail: string) => Effect.fail(new QueueError({ reason, detail }))

const iso = (millis: number | null): string =>
  millis === null ? "an unknown time" : DateTime.formatIso(DateTime.makeUnsafe(millis))

/** Why a row in this state is not for that repair. */
const standing = (entry: Entry): string => {
  const { state, reason } = entry.row
  const at = entry._tag === "In" ? entry.row.endedAt : entry.row.settledAt
  const why = reason === null ? "" : ` (${reason})`
  const when = at === null ? "" : ` since ${iso(at)}`
  return `${nameOf(entry)} is ${state}${why}${when}`
}

/**
 * What each repair would do to which rows, and the SQL that does it. Planning only reads: over `Journal.sql` within the same
 * unit as the rest, or over the reading connection to say what would be done.
 */
export const repairing = (sql: SqlClient) => {
  const inboxRows = rowsOf(InboxEntry)
  const outboxRows = rowsOf(OutboxEntry)
  const inbox = sql.literal(inboxEntryColumns)
  const outbox = sql.literal(outboxEntryColumns)

  /** A turn that was given up is begun again as a whole: it keeps its id, by which an agent knows it. */
  const retryTurn = Effect.fnUntraced(function* (row: InboxEntry) {
    const entry: Entry = { _tag: "In", row }
    if (row.state !== "dead")
      return yield* refuse("wrong-state", `${standing(entry)}: only dead messages are tried again`)
    if (row.turn === null || row.reason === "dropped") return [entry]
    const members = yield* inboxRows(
      sql`SELECT ${inbox} FROM inbox WHERE state = 'dead' AND account = ${row.account} AND chat = ${row.chat}
        AND turn = ${row.turn} AND (reason IS NULL OR reason <> 'dropped') ORDER BY seq`
    )
    return members.map((member): Entry => ({ _tag: "In", row: member }))
  })

  /** What is left of a reply: not what somebody gave up, and not what has gone out in another form. */
  const retryReply = Effect.fnUntraced(function* (row: OutboxEntry) {
    const entry: Entry = { _tag: "Out", row }
    if (row.state !== "dead" && row.state !== "unknown" && row.state !== "skipped") {
      return yield* refuse("wrong-state", `${standing(entry)}: only what is dead, unknown or skipped is sent after all`)
    }
    if (row.reason === "opted-out") {
      return yield* refuse("opted-out", `${standing(entry)}: the person asked not to be written to`)
    }
    if (row.replacedBy !== null) {
      const other = nameOfOutbox({ id: row.replacedBy })
      return yield* refuse("replaced", `${nameOf(entry)} was replaced by ${other}, which is the one to look at`)
    }
    if (row.turn === null) return [entry]
    const known = row.inboxSeq === null ? sql`account = ${row.account}` : sql`inbox_seq = ${row.inboxSeq}`
    const rows = yield* outboxRows(
      sql`SELECT ${outbox} FROM outbox WHERE state IN ('unknown', 'dead', 'skipped') AND ${known}
        AND account = ${row.account} AND chat = ${row.chat} AND turn = ${row.turn} AND origin = ${row.origin}
        AND (id = ${row.id} OR (state <> 'unknown' AND replaced_by IS NULL
          AND (reason IS NULL OR reason NOT IN ('dropped', 'opted-out'))))
        ORDER BY seq, id`
    )
    return rows.map((other): Entry => ({ _tag: "Out", row: other }))
  })

  const retry = (entry: Entry): Planned => (entry._tag === "In" ? retryTurn(entry.row) : retryReply(entry.row))

  const turnRuns = ({ account, chat, starts, turn }: InboxEntry) =>
    starts > 0 || turn === null
      ? Effect.succeed(starts > 0)
      : Effect.map(
          sql`SELECT 1 AS one FROM inbox WHERE state = 'pending' AND account = ${account} AND chat = ${chat}
            AND turn = ${turn} AND starts > 0 LIMIT 1`,
          (rows) => rows.length > 0
        )

  const drop = (entry: Entry, force: boolean): Planned =>
    Effect.gen(function* () {
      const { reason, state } = entry.row
      if (state === "done" || state === "ignored" || state === "sent") {
        return yield* refuse("wrong-state", `${standing(entry)}: there is nothing left to drop`)
      }
      if (state === "dead" && reason === "dropped") return yield* refuse("wrong-state", `${standing(entry)} already`)
      if (state === "sending")
        return yield* refuse("in-progress", `${nameOf(entry)} is being sent now: look again in a moment`)
      if (entry._tag === "In" && state === "pending" && !force && (yield* turnRuns(entry.row))) {
        const detail = `the turn of ${nameOf(entry)} has begun and not ended: with --force it is dropped all the same, and its reply is thrown away`
        return yield* refuse("in-progress", detail)
      }
      return [entry]
    })

  const unknownOnly = (entry: Entry): Planned =>
    entry._tag === "Out" && entry.row.state === "unknown"
      ? Effect.succeed([entry])
      : refuse("wrong-state", `${standing(entry)}: only sends whose fate is unknown are resolved`)

  const note = (entry: Entry, action: Repair["action"], { by, now }: Actor) =>
    sql`INSERT INTO repair (side, row_id, action, actor, at, was_state, was_reason)
      VALUES (${entry._tag === "In" ? "in" : "out"}, ${entry._tag === "In" ? entry.row.seq : entry.row.id}, ${action},
        ${by}, ${now}, ${entry.row.state}, ${entry.row.reason})`

  const each = (
    entries: ReadonlyArray<Entry>,
    action: Repair["action"],
    actor: Actor,
    change: (entry: Entry) => Effect.Effect<unknown, SqlError>
  ) => Effect.forEach(entries, (entry) => Effect.andThen(change(entry), note(entry, action, actor)), { discard: true })

  /** Whoever works broadcasts off looks again what became of the messages for that recipient. */
  const queueRecipient = ({ origin, turn }: OutboxEntry, now: number) => {
    const recipient = turn !== null && (origin === "broadcast" || origin === "schedule") ? recipientIn(turn) : undefined
    return recipient === undefined
      ? Effect.void
      : sql`UPDATE broadcast_recipient SET state = 'queued', reason = NULL, detail = NULL, at = ${now}
          WHERE broadcast = ${recipient.broadcast} AND n = ${recipient.n} AND state IN ('unknown', 'dead', 'skipped')`.pipe(
          Effect.asVoid
        )
  }

  return {
    plan: { retry, drop, unknownOnly },

    applyRetry: (entries: ReadonlyArray<Entry>, actor: Actor) =>
      each(entries, "retry", actor, (entry) =>
        entry._tag === "In"
          ? sql`UPDATE inbox SET state = 'pending', reason = NULL, detail = NULL, attempts = 0, starts = 0, next_at = NULL,
              began_at = NULL, asked_at = NULL, ended_at = NULL, held = 0,
              turn = CASE WHEN reason = 'dropped' THEN NULL ELSE turn END
              WHERE seq = ${entry.row.seq} AND state = 'dead'`
          : // That an earlier call may have arrived stays known: a refusal of the next one says nothing of it.
            Effect.andThen(
              sql`UPDATE outbox SET state = 'queued', detail = NULL, next_at = NULL, owner = NULL, deadline = NULL,
                settled_at = NULL, retried_at = ${actor.now},
                reason = CASE WHEN unclear > 0 AND reason <> 'dropped' THEN reason ELSE NULL END
              WHERE id = ${entry.row.id} AND state IN ('unknown', 'dead', 'skipped')`,
              queueRecipient(entry.row, actor.now)
            )
      ),

    applyDrop: (entries: ReadonlyArray<Entry>, actor: Actor) =>
      each(entries, "drop", actor, (entry) =>
        entry._tag === "In"
          ? sql`UPDATE inbox SET state = 'dead', reason = 'dropped', next_at = NULL, ended_at = ${actor.now}
              WHERE seq = ${entry.row.seq} AND state IN ('pending', 'dead')`
          : sql`UPDATE outbox SET state = 'dead', reason = 'dropped', next_at = NULL, settled_at = ${actor.now}
              WHERE id = ${entry.row.id} AND state IN ('queued', 'unknown', 'dead', 'skipped')`
      ),

    /** Zalo has it after all, so it counts for the month. */
    applySent: (entries: ReadonlyArray<Entry>, messageId: string | undefined, actor: Actor) =>
      each(entries, "mark-sent", actor, (entry) =>
        entry._tag === "In"
          ? Effect.void
          : Effect.andThen(
              sql`UPDATE outbox SET state = 'sent', reason = NULL, detail = NULL, next_at = NULL, settled_at = ${actor.now},
                message_id = COALESCE(CAST(${messageId ?? null} AS TEXT), message_id)
                WHERE id = ${entry.row.id} AND state = 'unknown'`,
              sql`INSERT INTO send_count (account, month, sent) VALUES (${entry.row.account}, ${monthOf(actor.now)}, 1)
                ON CONFLICT (account, month) DO UPDATE SET sent = send_count.sent + 1`
            )
      )
  }
}
