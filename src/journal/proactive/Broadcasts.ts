import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import type { AccountId } from "../../domain/ids.ts"
import { type Audience, LeftOut, RecipientState } from "../../domain/Proactive.ts"
import type { OutboundPayload } from "../../domain/Reply.ts"
import { OutboxReason } from "../../domain/reasons.ts"
import { Int } from "../columns.ts"
import { Journal, type JournalError } from "../Journal.ts"
import { creating } from "./create.ts"
import { skipping } from "./skip.ts"
import {
  broadcastColumns,
  type BroadcastKind,
  BroadcastRow,
  PartRow,
  recipientColumns,
  RecipientRow,
  rowsOf,
  turnOf
} from "./rows.ts"

/** What is to be sent, to whom, and for whom it is done. */
export interface NewBroadcast {
  readonly account: AccountId
  /** Names it among the account's; none twice. */
  readonly name: string | null
  readonly kind: BroadcastKind
  readonly schedule: string | null
  /** One recipient's messages, rendered. A local file's path is hosted for each as it is sent. */
  readonly payloads: ReadonlyArray<OutboundPayload>
  readonly audience: Audience
  /** Whether it keeps quiet hours. */
  readonly quiet: boolean
  readonly by: string
}

/** How many recipients stand where; `reason` tells the skipped ones apart. */
export interface RecipientCount {
  readonly state: RecipientState
  readonly reason: string | null
  readonly n: number
}

/** A recipient with the outbox rows that carry its messages. */
export interface Recipient extends RecipientRow {
  readonly outbox: ReadonlyArray<string>
}

export interface RecipientFilter {
  /** Only those who did not get it: `unknown`, `dead`, `skipped`. */
  readonly failed: boolean
  /** Recipients after this one. */
  readonly after: number
  readonly limit: number
}

/** What an operator's word came to; `ended` says that there was nothing to change any more. */
export type Changed = "changed" | "ended" | "not-found"

/** Broadcasts as whoever begins, watches and stops them sees them. What works them off is in `gateway/proactive`. */
export class Broadcasts extends Context.Service<
  Broadcasts,
  {
    /** Begins one, or finds the one of that name: `existing`. Its recipients are listed by whoever works it off. */
    create(broadcast: NewBroadcast): Effect.Effect<{ readonly id: string; readonly existing: boolean }, JournalError>
    /** The same as a unit for `Journal.write`. The name must be free. */
    createUnit(broadcast: NewBroadcast, now: number): Effect.Effect<string, SqlError>
    /** By id (`b12`, `12`) or name; the newest where accounts share a name. */
    find(ref: string, account?: string): Effect.Effect<Option.Option<BroadcastRow>, JournalError>
    /** Newest first. */
    list(options: {
      readonly account: string | undefined
      readonly limit: number
    }): Effect.Effect<ReadonlyArray<BroadcastRow>, JournalError>
    counts(id: string): Effect.Effect<ReadonlyArray<RecipientCount>, JournalError>
    recipients(id: string, filter: RecipientFilter): Effect.Effect<ReadonlyArray<Recipient>, JournalError>
    /** Nothing more goes to the outbox; what is there already is sent. */
    pause(id: string): Effect.Effect<Changed, JournalError>
    /** Goes on. One that stopped at the quota may use what is kept for replies from now on. */
    resume(id: string): Effect.Effect<Changed, JournalError>
    /** Whoever has not got it will not, but for calls that are under way. */
    cancel(id: string): Effect.Effect<Changed, JournalError>
  }
>()("zalo-effect/journal/proactive/Broadcasts") {
  static readonly layerSql: Layer.Layer<Broadcasts, never, Journal> = Layer.effect(
    Broadcasts,
    Effect.suspend(() => make)
  )
}

const Count = Schema.Struct({
  state: RecipientState,
  reason: Schema.NullOr(Schema.Union([LeftOut, OutboxReason])),
  n: Int
})

/** Recipients whose outbox rows are asked for at once. */
const partsAtOnce = 500

/** `b12` and `12` are ids; all else is a name. */
const idIn = (ref: string): number | undefined => {
  const digits = /^b?(\d{1,15})$/i.exec(ref.trim())?.[1]
  return digits === undefined ? undefined : Number(digits)
}

const make = Effect.gen(function* () {
  const { query, read, sql, write } = yield* Journal
  const columns = read.literal(broadcastColumns)
  const create = creating(sql)
  const skip = skipping(sql)
  const broadcasts = rowsOf(BroadcastRow)

  const named = (account: string, name: string) =>
    Effect.map(
      broadcasts(
        sql`SELECT ${sql.literal(broadcastColumns)} FROM broadcast WHERE account = ${account} AND name = ${name}`
      ),
      (rows) => rows[0]
    )

  /** Changes the state of one that has not ended, and tells the two ways in which there is nothing to change apart. */
  const change = (id: string, update: Effect.Effect<ReadonlyArray<unknown>, SqlError>) =>
    write(
      Effect.gen(function* () {
        if ((yield* update).length > 0) return "changed" as const
        const known = yield* sql`SELECT 1 AS one FROM broadcast WHERE id = ${Number(id)}`
        return known.length > 0 ? ("ended" as const) : ("not-found" as const)
      })
    )

  return Broadcasts.of({
    createUnit: create,
    create: Effect.fn("Broadcasts.create")(function* (broadcast: NewBroadcast) {
      const now = yield* Clock.currentTimeMillis
      return yield* write(
        Effect.gen(function* () {
          const former = broadcast.name === null ? undefined : yield* named(broadcast.account, broadcast.name)
          return former === undefined
            ? { id: yield* create(broadcast, now), existing: false }
            : { id: former.id, existing: true }
        })
      )
    }),

    find: (ref, account) =>
      query(
        Effect.gen(function* () {
          const id = idIn(ref)
          const within = account === undefined ? read`1 = 1` : read`account = ${account}`
          if (id !== undefined) {
            const byId = yield* broadcasts(read`SELECT ${columns} FROM broadcast WHERE id = ${id} AND ${within}`)
            if (byId[0] !== undefined) return Option.some(byId[0])
          }
          const byName = yield* broadcasts(
            read`SELECT ${columns} FROM broadcast WHERE name = ${ref} AND ${within} ORDER BY id DESC LIMIT 1`
          )
          return Option.fromUndefinedOr(byName[0])
        })
      ),

    list: ({ account, limit }) =>
      query(
        broadcasts(
          read`SELECT ${columns} FROM broadcast WHERE ${account === undefined ? read`1 = 1` : read`account = ${account}`}
            ORDER BY id DESC LIMIT ${limit}`
        )
      ),

    counts: (id) =>
      query(
        rowsOf(Count)(
          read`SELECT state, reason, COUNT(*) AS n FROM broadcast_recipient WHERE broadcast = ${Number(id)}
            GROUP BY state, reason ORDER BY state, reason`
        )
      ),

    recipients: (id, { after, failed, limit }) =>
      query(
        Effect.gen(function* () {
          const only = failed ? read`state IN ('unknown', 'dead', 'skipped')` : read`1 = 1`
          const found = yield* rowsOf(RecipientRow)(
            read`SELECT ${read.literal(recipientColumns)} FROM broadcast_recipient
              WHERE broadcast = ${Number(id)} AND n > ${after} AND ${only} ORDER BY n LIMIT ${limit}`
          )
          const outbox = new Map<string, Array<string>>()
          // A statement takes some thousands of parameters, and no more.
          for (let at = 0; at < found.length; at += partsAtOnce) {
            const turns = found.slice(at, at + partsAtOnce).map(({ n }) => turnOf(id, n))
            const parts = yield* rowsOf(PartRow)(
              read`SELECT id, seq, turn, state, reason, detail, message_id AS "messageId" FROM outbox
                WHERE origin IN ('broadcast', 'schedule') AND ${read.in("turn", turns)} ORDER BY seq, id`
            )
            for (const part of parts) outbox.set(part.turn, [...(outbox.get(part.turn) ?? []), `out:${part.id}`])
          }
          return found.map((row): Recipient => ({ ...row, outbox: outbox.get(turnOf(id, row.n)) ?? [] }))
        })
      ),

    pause: (id) =>
      change(
        id,
        sql`UPDATE broadcast SET state = 'paused', reason = 'operator', detail = NULL
          WHERE id = ${Number(id)} AND state IN ('preparing', 'running', 'paused') RETURNING id`
      ),
    resume: (id) =>
      change(
        id,
        // One that was paused before all of its recipients were listed goes on with that.
        sql`UPDATE broadcast SET state = 'preparing', detail = NULL,
          uses_reserve = CASE WHEN reason = 'quota' THEN 1 ELSE uses_reserve END, reason = NULL
          WHERE id = ${Number(id)} AND state = 'paused' RETURNING id`
      ).pipe(
        // Resuming what runs already is no mistake.
        Effect.flatMap((changed) =>
          changed === "ended"
            ? Effect.map(
                query(
                  read`SELECT 1 AS one FROM broadcast WHERE id = ${Number(id)} AND state IN ('preparing', 'running')`
                ),
                (rows) => (rows.length > 0 ? ("changed" as const) : changed)
              )
            : Effect.succeed(changed)
        )
      ),
    cancel: (id) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        change(
          id,
          Effect.tap(
            sql`UPDATE broadcast SET state = 'cancelled', reason = NULL, detail = NULL, ended_at = ${now}
              WHERE id = ${Number(id)} AND state IN ('preparing', 'running', 'paused') RETURNING id`,
            (rows) => (rows.length === 0 ? Effect.void : skip.broadcast(id, now))
          )
        )
      )
  })
})
