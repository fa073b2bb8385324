import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { countOf, type Table, tablesOf } from "./catalog.ts"
import { continueNumbers, lastNumber } from "./numbers.ts"
import { isRow, portion, type Row } from "./rows.ts"
import { strangerIn } from "./strangers.ts"

/** What a copy cannot do. Nothing of the source was changed. */
export class CopyFailed extends Schema.TaggedError<CopyFailed>()("CopyFailed", {
  reason: Schema.Literals(["tables-differ", "counts-differ", "target-differs"]),
  detail: Schema.String
}) {
  override get message(): string {
    switch (this.reason) {
      case "tables-differ":
        return `the two stores do not have the same tables: ${this.detail}`
      case "counts-differ":
        return `not everything has arrived: ${this.detail}`
      case "target-differs":
        return `the target holds what the source does not: ${this.detail}`
    }
  }
}

/** How far a copy has come: told after each portion. */
export interface Progress {
  readonly table: string
  readonly copied: number
  readonly total: number
}

/** What became of a table. */
export interface Copied {
  readonly table: string
  /** Rows that arrived this time. */
  readonly copied: number
  /** Rows that are there now. */
  readonly present: number
}

/** These have a number of their own that only grows, so that a copy goes on behind the last one that arrived. */
const numbered: Readonly<Record<string, string>> = {
  inbox: "seq",
  outbox: "id",
  broadcast: "id",
  schedule: "id",
  repair: "id",
  access_audit: "id"
}

const sameTables = (from: ReadonlyArray<Table>, to: ReadonlyArray<Table>): string | undefined => {
  const shape = (table: Table) => `${table.name}(${table.columns.toSorted().join(",")})`
  const there = new Set(to.map(shape))
  const here = new Set(from.map(shape))
  return from.map(shape).find((one) => !there.has(one)) ?? to.map(shape).find((one) => !here.has(one))
}

/**
 * Copies every row of one store into another of the same schema, whatever databases they are on. What is there already has to be
 * as it is in the source: then it can be repeated, and goes on where an earlier one was cut off. At the end the counts are compared.
 *
 * **Gotchas** Nobody may write to the source meanwhile: rows that change after they were copied stay as they were.
 */
export const copyStore = Effect.fn("copyStore")(function* (options: {
  readonly from: SqlClient
  readonly to: SqlClient
  readonly progress: (progress: Progress) => Effect.Effect<void>
}): Effect.fn.Return<ReadonlyArray<Copied>, SqlError | CopyFailed> {
  const { from, progress, to } = options
  const tables = yield* tablesOf(from)
  const differs = sameTables(tables, yield* tablesOf(to))
  if (differs !== undefined) return yield* new CopyFailed({ reason: "tables-differ", detail: differs })
  // All of them before anything is written: a wrong target stays as it is.
  for (const table of tables) {
    const stranger = yield* strangerIn(from, to, table)
    if (stranger === undefined) continue
    return yield* new CopyFailed({ reason: "target-differs", detail: `${table.name} has a row ${stranger} of its own` })
  }
  const done: Array<Copied> = []
  for (const table of tables) {
    const before = yield* countOf(to, table.name)
    const total = yield* countOf(from, table.name)
    yield* copyTable(from, to, table, total, progress)
    const present = yield* countOf(to, table.name)
    if (present < total) {
      const detail = `${table.name} has ${present} of ${total} rows`
      return yield* new CopyFailed({ reason: "counts-differ", detail })
    }
    done.push({ table: table.name, copied: present - before, present })
  }
  return done
})

const copyTable = Effect.fnUntraced(function* (
  from: SqlClient,
  to: SqlClient,
  table: Table,
  total: number,
  progress: (progress: Progress) => Effect.Effect<void>
) {
  const number = numbered[table.name]
  const insert = (rows: Arr.NonEmptyReadonlyArray<Row>) =>
    to.withTransaction(
      to`INSERT INTO ${to(table.name)} ${to.insert(Arr.map(rows, (row) => pick(row, table.columns)))} ON CONFLICT DO NOTHING`
    )
  const order = from.csv(table.key.map((column) => from`${from(column)}`))
  let after = number === undefined ? 0 : yield* lastOf(to, table.name, number)
  for (let copied = 0; ;) {
    const rows = (yield* number === undefined
      ? from`SELECT * FROM ${from(table.name)} ORDER BY ${order} LIMIT ${portion} OFFSET ${copied}`
      : from`SELECT * FROM ${from(table.name)} WHERE ${from(number)} > ${after} ORDER BY ${from(number)} LIMIT ${portion}`).filter(
      isRow
    )
    if (Arr.isReadonlyArrayNonEmpty(rows)) yield* insert(rows)
    copied += rows.length
    const last = number === undefined ? undefined : rows.at(-1)?.[number]
    if (last !== undefined) after = Number(last)
    yield* progress({ table: table.name, copied: number === undefined ? copied : Math.min(total, after), total })
    if (rows.length < portion) break
  }
  yield* continueNumbers(to, table, yield* lastNumber(from, table))
})

const pick = (row: Row, columns: ReadonlyArray<string>): Row =>
  Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))

const lastOf = (sql: SqlClient, table: string, column: string) =>
  Effect.map(sql<{ last: unknown }>`SELECT COALESCE(MAX(${sql(column)}), 0) AS last FROM ${sql(table)}`, ([row]) =>
    Number(row?.last ?? 0)
  )
