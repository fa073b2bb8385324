import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { dueAfter } from "../../domain/cron.ts"
import type { AccountId } from "../../domain/ids.ts"
import type { Missed } from "../../domain/Proactive.ts"
import type { ReplyPart } from "../../domain/Reply.ts"
import { NullableInt, RowId, withoutNul } from "../columns.ts"
import { Journal, type JournalError } from "../Journal.ts"
import type { Changed } from "./Broadcasts.ts"
import { encodeParts, encodeStrings, rowsOf, RunRow, scheduleColumns, ScheduleRow } from "./rows.ts"

/** What is to be sent when. */
export interface NewSchedule {
  readonly account: AccountId
  readonly name: string | null
  readonly cron: string | null
  readonly zone: string
  readonly onceAt: number | null
  readonly parts: ReadonlyArray<ReplyPart>
  /** Null is every private chat that wrote first. */
  readonly chats: ReadonlyArray<string> | null
  readonly single: boolean
  /** Only to who wrote within so many ms. */
  readonly within: number | null
  readonly missed: Missed | null
  readonly by: string
}

/** What became of a time that was due. */
export interface Firing {
  readonly dueAt: number
  readonly outcome: "started" | "asked" | "missed"
  /** Times due before it that were not made up for. */
  readonly missed: number
  /** When it is due after that; null: never again. */
  readonly nextAt: number | null
}

/** When what is sent unasked. It is run by the gateway (`gateway/proactive`), each time that is due once. */
export class Schedules extends Context.Service<
  Schedules,
  {
    /** None: the account has one of that name. */
    add(schedule: NewSchedule): Effect.Effect<Option.Option<string>, JournalError>
    /** By id (`s3`, `3`) or name; the newest where accounts share a name. */
    find(ref: string, account?: string): Effect.Effect<Option.Option<ScheduleRow>, JournalError>
    /** Newest first. */
    list(options: {
      readonly account: string | undefined
      readonly limit: number
    }): Effect.Effect<ReadonlyArray<ScheduleRow>, JournalError>
    /** Newest first. */
    runs(id: string, limit: number): Effect.Effect<ReadonlyArray<RunRow>, JournalError>
    /** With its runs; the broadcasts that they began stay. */
    remove(id: string): Effect.Effect<boolean, JournalError>
    pause(id: string): Effect.Effect<Changed, JournalError>
    /** What was due while it was paused is not made up for. */
    resume(id: string): Effect.Effect<Changed, JournalError>
    /** Asks for a run now, out of turn. The gateway makes it. */
    ask(id: string): Effect.Effect<boolean, JournalError>

    /** Those of an account that are due or asked for. */
    due(account: AccountId, now: number): Effect.Effect<ReadonlyArray<ScheduleRow>, JournalError>
    /** When the account's next one is due. */
    nextDue(account: AccountId): Effect.Effect<number | null, JournalError>
    /** Those that a clock which ran ahead has put off for too long are due when they should be. */
    putRight(account: AccountId, now: number): Effect.Effect<void, JournalError>
    /** Notes what became of a due time, once: false when that is noted already, or the schedule has changed since. */
    noteUnit(schedule: ScheduleRow, firing: Firing, now: number): Effect.Effect<boolean, SqlError>
    /** Which broadcast that time began, in the same unit. */
    beganUnit(schedule: ScheduleRow, dueAt: number, broadcast: string): Effect.Effect<void, SqlError>
  }
>()("zalo-effect/journal/proactive/Schedules") {
  static readonly layerSql: Layer.Layer<Schedules, never, Journal> = Layer.effect(
    Schedules,
    Effect.suspend(() => make)
  )
}

/** Schedules that are put right at once. */
const lookedAt = 100

const Next = Schema.Struct({ at: NullableInt })
const Ids = Schema.Struct({ id: RowId })

/** `s3` and `3` are ids; all else is a name. */
const idIn = (ref: string): number | undefined => {
  const digits = /^s?(\d{1,15})$/i.exec(ref.trim())?.[1]
  return digits === undefined ? undefined : Number(digits)
}

const make = Effect.gen(function* () {
  const { query, read, sql, write } = yield* Journal
  const columns = read.literal(scheduleColumns)
  const schedules = rowsOf(ScheduleRow)
  const within = (account: string | undefined) => (account === undefined ? read`1 = 1` : read`account = ${account}`)

  const byId = (id: string) =>
    Effect.map(schedules(sql`SELECT ${sql.literal(scheduleColumns)} FROM schedule WHERE id = ${Number(id)}`), (rows) =>
      Option.fromUndefinedOr(rows[0])
    )

  return Schedules.of({
    add: Effect.fn("Schedules.add")(function* (schedule: NewSchedule) {
      const now = yield* Clock.currentTimeMillis
      const row = {
        account: schedule.account,
        name: schedule.name,
        cron: schedule.cron,
        zone: schedule.zone,
        once_at: schedule.onceAt,
        parts: withoutNul(encodeParts(schedule.parts)),
        chats: schedule.chats === null ? null : encodeStrings([...new Set(schedule.chats.map(withoutNul))]),
        single: schedule.single ? 1 : 0,
        within: schedule.within,
        missed: schedule.missed,
        state: "active",
        next_at: dueAfter(schedule, now),
        created_at: now,
        created_by: schedule.by
      }
      return yield* write(
        Effect.map(
          rowsOf(Ids)(sql`INSERT INTO schedule ${sql.insert(row)} ON CONFLICT (account, name) DO NOTHING RETURNING id`),
          ([added]) => (added === undefined ? Option.none() : Option.some(added.id))
        )
      )
    }),

    find: (ref, account) =>
      query(
        Effect.gen(function* () {
          const id = idIn(ref)
          if (id !== undefined) {
            const found = yield* schedules(
              read`SELECT ${columns} FROM schedule WHERE id = ${id} AND ${within(account)}`
            )
            if (found[0] !== undefined) return Option.some(found[0])
          }
          const named = yield* schedules(
            read`SELECT ${columns} FROM schedule WHERE name = ${ref} AND ${within(account)} ORDER BY id DESC LIMIT 1`
          )
          return Option.fromUndefinedOr(named[0])
        })
      ),

    list: ({ account, limit }) =>
      query(schedules(read`SELECT ${columns} FROM schedule WHERE ${within(account)} ORDER BY id DESC LIMIT ${limit}`)),

    runs: (id, limit) =>
      query(
        rowsOf(RunRow)(
          read`SELECT schedule, due_at AS "dueAt", noted_at AS "notedAt", outcome, missed, broadcast FROM schedule_run
            WHERE schedule = ${Number(id)} ORDER BY due_at DESC LIMIT ${limit}`
        )
      ),

    remove: (id) =>
      write(
        Effect.gen(function* () {
          yield* sql`DELETE FROM schedule_run WHERE schedule = ${Number(id)}`
          return (yield* sql`DELETE FROM schedule WHERE id = ${Number(id)} RETURNING id`).length > 0
        })
      ),

    pause: (id) =>
      write(
        Effect.gen(function* () {
          const found = yield* byId(id)
          if (Option.isNone(found)) return "not-found" as const
          if (found.value.state === "done") return "ended" as const
          yield* sql`UPDATE schedule SET state = 'paused', next_at = NULL WHERE id = ${Number(id)}`
          return "changed" as const
        })
      ),

    resume: Effect.fnUntraced(function* (id: string) {
      const now = yield* Clock.currentTimeMillis
      return yield* write(
        Effect.gen(function* () {
          const found = yield* byId(id)
          if (Option.isNone(found)) return "not-found" as const
          if (found.value.state === "active") return "changed" as const
          const nextAt = dueAfter(found.value, now)
          if (nextAt === null) return "ended" as const
          yield* sql`UPDATE schedule SET state = 'active', next_at = ${nextAt} WHERE id = ${Number(id)}`
          return "changed" as const
        })
      )
    }),

    ask: (id) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        write(
          Effect.map(
            sql`UPDATE schedule SET asked_at = ${now} WHERE id = ${Number(id)} RETURNING id`,
            (rows) => rows.length > 0
          )
        )
      ),

    due: (account, now) =>
      query(
        schedules(
          read`SELECT ${columns} FROM schedule WHERE state = 'active' AND account = ${account} AND next_at <= ${now}
            UNION SELECT ${columns} FROM schedule WHERE asked_at IS NOT NULL AND account = ${account} ORDER BY id LIMIT 100`
        )
      ),

    nextDue: (account) =>
      query(
        Effect.map(
          rowsOf(Next)(read`SELECT MIN(next_at) AS at FROM schedule WHERE state = 'active' AND account = ${account}`),
          (rows) => rows[0]?.at ?? null
        )
      ),

    putRight: Effect.fnUntraced(function* (account: AccountId, now: number) {
      const active = yield* query(
        schedules(
          read`SELECT ${columns} FROM schedule WHERE state = 'active' AND account = ${account} AND next_at > ${now}
            ORDER BY next_at DESC LIMIT ${lookedAt}`
        )
      )
      for (const row of active) {
        const due = dueAfter(row, now)
        if (due === null || row.nextAt === null || row.nextAt <= due) continue
        yield* write(
          Effect.asVoid(
            sql`UPDATE schedule SET next_at = ${due} WHERE id = ${Number(row.id)} AND next_at = ${row.nextAt}`
          )
        )
      }
    }),

    noteUnit: (schedule, { dueAt, missed, nextAt, outcome }, now) =>
      Effect.gen(function* () {
        const id = Number(schedule.id)
        const still =
          outcome === "asked"
            ? yield* sql`UPDATE schedule SET asked_at = NULL WHERE id = ${id} AND asked_at = ${schedule.askedAt} RETURNING id`
            : yield* sql`UPDATE schedule SET next_at = ${nextAt}, state = ${nextAt === null ? "done" : "active"}
                WHERE id = ${id} AND state = 'active' AND next_at = ${schedule.nextAt} RETURNING id`
        if (still.length === 0) return false
        const noted = yield* sql`INSERT INTO schedule_run (schedule, due_at, noted_at, outcome, missed)
          VALUES (${id}, ${dueAt}, ${now}, ${outcome}, ${missed}) ON CONFLICT (schedule, due_at) DO NOTHING RETURNING due_at`
        return noted.length > 0
      }),

    beganUnit: (schedule, dueAt, broadcast) =>
      Effect.asVoid(
        sql`UPDATE schedule_run SET broadcast = ${Number(broadcast)}
          WHERE schedule = ${Number(schedule.id)} AND due_at = ${dueAt}`
      )
  })
})
