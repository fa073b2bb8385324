import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlError } from "effect/sql/SqlError"
import { Journal, type JournalError } from "../Journal.ts"
import { type Bulk, inBulk } from "./bulk.ts"
import type { Attempt, InboxEntry, OutboxEntry, Repair } from "./entries.ts"
import type { QueueFilter } from "./filter.ts"
import { type Entry, finding, nameOf } from "./find.ts"
import { parseName } from "./ids.ts"
import { listing } from "./list.ts"
import { prune, type Pruned, type PruneOptions } from "./prune.ts"
import { QueueError } from "./QueueError.ts"
import { type Actor, repairing } from "./repairs.ts"
import { type Trace, tracing } from "./trace.ts"

/** How many rows of each side, and behind which one. */
export interface ListOptions {
  readonly limit: number
  /** A row's name: what is listed after it, of its side alone. */
  readonly after?: string | undefined
}

/** A row and all that is known of it but what is written in it. */
export interface Shown {
  readonly entry: Entry
  /** The calls that were made for it; none of a received message. */
  readonly attempts: ReadonlyArray<Attempt>
  readonly repairs: ReadonlyArray<Repair>
  /** The body as it was received, or the payload as JSON: people's words. */
  readonly content: string
}

export interface RepairOptions {
  /** Who does it, for the record. */
  readonly by: string
  /** Only says what would be done. */
  readonly dryRun?: boolean | undefined
}

/** A row that was repaired (or would be), and where it stands after it. */
export interface Repaired {
  readonly id: string
  readonly state: "pending" | "queued" | "dead" | "sent"
}

/** What somebody says of a send of unknown fate: it has arrived, it has not, or it does not matter. */
export type Resolution =
  | { readonly _tag: "Sent"; readonly messageId?: string | undefined }
  | { readonly _tag: "Resend" }
  | { readonly _tag: "Drop" }

type Failure = QueueError | JournalError
type Changed = Effect.Effect<ReadonlyArray<Repaired>, Failure>

/**
 * What waits, what failed and what became of it, for whoever runs the bot: beside a running gateway, in another process, or
 * without one. Rows are named `in:ACCOUNT/MESSAGE_ID` and `out:ID`; an inbound message's id alone does where only one has it.
 * Each repair leaves its evidence with the row.
 */
export class Queue extends Context.Service<
  Queue,
  {
    /** Rows of both sides, newest first. */
    list(
      filter: QueueFilter,
      options: ListOptions
    ): Effect.Effect<
      { readonly inbox: ReadonlyArray<InboxEntry>; readonly outbox: ReadonlyArray<OutboxEntry> },
      Failure
    >
    show(id: string): Effect.Effect<Shown, Failure>
    /** Everything that is known of a message, from its receipt to the last part of its reply. Takes Zalo's ids of what was sent too. */
    trace(id: string): Effect.Effect<Trace, Failure>
    /**
     * A dead message is tried again with full patience, its whole turn with it; a send that is dead, unknown or skipped goes out
     * after all, with what is left of its reply.
     */
    retry(id: string, options: RepairOptions): Changed
    /** Gives a row up. `force`: also one whose turn has begun and not ended; its reply is thrown away. */
    drop(id: string, options: RepairOptions & { readonly force?: boolean | undefined }): Changed
    /** Ends the doubt about a send of unknown fate. */
    resolve(id: string, how: Resolution, options: RepairOptions): Changed
    /** The same for all that a filter means; without states what is dead or skipped and nobody has dropped. */
    retryAll(filter: QueueFilter, options: RepairOptions): Effect.Effect<Bulk, JournalError>
    dropAll(filter: QueueFilter, options: RepairOptions): Effect.Effect<Bulk, JournalError>
    /** Deletes what is old and ended, in small steps. */
    prune(options: PruneOptions): Effect.Effect<Pruned, JournalError>
  }
>()("zalo-effect/journal/Queue") {
  static readonly layerSql: Layer.Layer<Queue, never, Journal> = Layer.effect(
    Queue,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const journal = yield* Journal
  const { query, read, sql, write } = journal
  const reading = { ...finding(read), ...repairing(read) }
  const writing = { ...finding(sql), ...repairing(sql) }
  const pages = listing(read)

  /** Finds, plans and repairs in one transaction; without repairing, all of it only reads. */
  const repair = (
    id: string,
    { by, dryRun = false }: RepairOptions,
    plan: (over: typeof reading, entry: Entry) => Effect.Effect<ReadonlyArray<Entry>, QueueError | SqlError>,
    apply: (entries: ReadonlyArray<Entry>, actor: Actor) => Effect.Effect<unknown, SqlError>,
    after: (entry: Entry) => Repaired["state"]
  ): Changed =>
    Effect.gen(function* () {
      const actor = { by, now: yield* Clock.currentTimeMillis }
      const planned = (over: typeof reading) => Effect.flatMap(over.find(id, false), (entry) => plan(over, entry))
      const entries = yield* dryRun
        ? query(planned(reading))
        : write(Effect.tap(planned(writing), (found) => apply(found, actor)))
      return entries.map((entry) => ({ id: nameOf(entry), state: after(entry) }))
    })

  const afterRetry = (entry: Entry) => (entry._tag === "In" ? "pending" : "queued")

  const retry: Queue["Service"]["retry"] = Effect.fn("Queue.retry")((id, options) =>
    repair(id, options, (over, entry) => over.plan.retry(entry), writing.applyRetry, afterRetry)
  )

  const drop: Queue["Service"]["drop"] = Effect.fn("Queue.drop")((id, options) =>
    repair(
      id,
      options,
      (over, entry) => over.plan.drop(entry, options.force ?? false),
      writing.applyDrop,
      () => "dead"
    )
  )

  return Queue.of({
    list: Effect.fn("Queue.list")(function* (filter: QueueFilter, { after, limit }: ListOptions) {
      if (after === undefined) {
        return { inbox: yield* query(pages.inbox(filter, limit)), outbox: yield* query(pages.outbox(filter, limit)) }
      }
      // It need not be there any more: its number says enough of an outbox row.
      const name = parseName(after)
      if (name?._tag === "Out") return { inbox: [], outbox: yield* query(pages.outbox(filter, limit, name.id)) }
      const entry = yield* query(reading.find(after, false))
      return entry._tag === "In"
        ? { inbox: yield* query(pages.inbox(filter, limit, entry.row.seq)), outbox: [] }
        : { inbox: [], outbox: yield* query(pages.outbox(filter, limit, entry.row.id)) }
    }),

    show: Effect.fn("Queue.show")((id: string) =>
      query(
        Effect.gen(function* () {
          const entry = yield* reading.find(id, false)
          const attempts = entry._tag === "Out" ? yield* reading.attempts(entry.row.id) : []
          return { entry, attempts, repairs: yield* reading.repairs(entry), content: yield* reading.content(entry) }
        })
      )
    ),

    trace: Effect.fn("Queue.trace")((id: string) => query(tracing(read)(id))),

    retry,
    drop,

    resolve: Effect.fn("Queue.resolve")((id: string, how: Resolution, options: RepairOptions) => {
      const unknown = (over: typeof reading, entry: Entry) => over.plan.unknownOnly(entry)
      switch (how._tag) {
        case "Sent":
          return repair(
            id,
            options,
            unknown,
            (found, actor) => writing.applySent(found, how.messageId, actor),
            () => "sent"
          )
        case "Drop":
          return repair(id, options, unknown, writing.applyDrop, () => "dead")
        case "Resend":
          return repair(
            id,
            options,
            (over, entry) => Effect.andThen(over.plan.unknownOnly(entry), over.plan.retry(entry)),
            writing.applyRetry,
            afterRetry
          )
      }
    }),

    retryAll: Effect.fn("Queue.retryAll")((filter: QueueFilter, options: RepairOptions) =>
      inBulk(journal, pages, filter, (id) => retry(id, options))
    ),
    dropAll: Effect.fn("Queue.dropAll")((filter: QueueFilter, options: RepairOptions) =>
      inBulk(journal, pages, filter, (id) => drop(id, options))
    ),

    prune: Effect.fn("Queue.prune")((options: PruneOptions) => prune(journal, options))
  })
})
