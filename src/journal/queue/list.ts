import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { NullableInt } from "../columns.ts"
import { InboxEntry, inboxEntryColumns, OutboxEntry, outboxEntryColumns, rowsOf } from "./entries.ts"
import { conditions, inboxSide, outboxSide, type QueueFilter, type Side, statesOf } from "./filter.ts"

/** Rows looked at in one go where no index tells which ones are wanted: a few milliseconds. */
const stretch = 2_000

/** Rows of one side, newest first, below a key. */
export type Page<Row> = (
  filter: QueueFilter,
  limit: number,
  below?: number
) => Effect.Effect<ReadonlyArray<Row>, SqlError>

const pages = <Row, State extends string>(
  sql: SqlClient,
  side: Side<State>,
  columns: string,
  decode: (rows: Effect.Effect<ReadonlyArray<unknown>, SqlError>) => Effect.Effect<ReadonlyArray<Row>, SqlError>,
  keyOf: (row: Row) => number
): Page<Row> => {
  const select = sql.literal(`SELECT ${columns} FROM ${side.table}`)
  const key = sql.literal(side.key)
  const time = sql.literal(side.time)
  const table = sql.literal(side.table)

  /** The plus keeps SQLite from walking the whole table in the order of its keys instead of the index. */
  const throughIndexes = Effect.fnUntraced(function* (
    states: ReadonlyArray<State>,
    filter: QueueFilter,
    limit: number,
    below: number
  ) {
    const found: Array<Row> = []
    for (const { states: covered, where } of side.indexed) {
      const wanted = covered.filter((state) => states.includes(state))
      if (wanted.length === 0) continue
      const all = sql.and([sql.literal(where), sql`+${key} < ${below}`, ...conditions(sql, side, wanted, filter)])
      found.push(...(yield* decode(sql`${select} WHERE ${all} ORDER BY +${key} DESC LIMIT ${limit}`)))
    }
    return found.sort((one, other) => keyOf(other) - keyOf(one)).slice(0, limit)
  })

  const throughTable = Effect.fnUntraced(function* (
    states: ReadonlyArray<State>,
    filter: QueueFilter,
    limit: number,
    below: number
  ) {
    const [ends] = yield* rowsOf(Schema.Struct({ least: NullableInt, most: NullableInt }))(
      sql`SELECT (SELECT MIN(${key}) FROM ${table}) AS least, (SELECT MAX(${key}) FROM ${table}) AS most`
    )
    const found: Array<Row> = []
    const least = ends?.least ?? 0
    let high = Math.min(below, (ends?.most ?? -1) + 1)
    while (high > least && found.length < limit) {
      const low = high - stretch
      const within = sql`${key} >= ${low} AND ${key} < ${high}`
      const all = sql.and([within, ...conditions(sql, side, states, filter)])
      found.push(...(yield* decode(sql`${select} WHERE ${all} ORDER BY ${key} DESC LIMIT ${limit - found.length}`)))
      if (filter.since !== undefined) {
        const young = yield* sql`SELECT 1 AS one FROM ${table} WHERE ${within} AND ${time} >= ${filter.since} LIMIT 1`
        // Keys grow with time, give or take what another machine's clock does.
        if (young.length === 0) break
      }
      high = low
      yield* Effect.yieldNow
    }
    return found
  })

  const indexed = new Set(side.indexed.flatMap(({ states }) => states))
  return (filter, limit, below = Number.MAX_SAFE_INTEGER) => {
    const states = statesOf(side, filter)
    if (states.length === 0 || limit <= 0) return Effect.succeed([])
    return states.every((state) => indexed.has(state))
      ? throughIndexes(states, filter, limit, below)
      : throughTable(states, filter, limit, below)
  }
}

/** Rows by what they are like, over one connection. */
export const listing = (sql: SqlClient): { readonly inbox: Page<InboxEntry>; readonly outbox: Page<OutboxEntry> } => ({
  inbox: pages(sql, inboxSide, inboxEntryColumns, rowsOf(InboxEntry), ({ seq }) => seq),
  outbox: pages(sql, outboxSide, outboxEntryColumns, rowsOf(OutboxEntry), ({ id }) => id)
})
