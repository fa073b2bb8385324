import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import { withoutNul } from "./columns.ts"
import { concernsStore } from "./failure.ts"
import type { Admission } from "./InboxRow.ts"
import type { Journal, JournalError } from "./Journal.ts"
import { statements } from "./statement.ts"

/** Rows in one statement, at most. */
const most = 128

/** What was asked for while the writer was at something else. */
interface Group {
  readonly rows: Array<Admission>
  readonly answers: Deferred.Deferred<ReadonlyArray<boolean>, JournalError | RowsAtFault>
}

/** Some row of a group is at fault, and nobody knows which. */
const rowsAtFault = { _tag: "RowsAtFault" } as const
type RowsAtFault = typeof rowsAtFault

/** Writes an update into the inbox and says whether it is new. */
export const admitting = ({
  sql,
  write
}: Journal["Service"]): ((row: Admission) => Effect.Effect<boolean, JournalError>) => {
  const written = statements(sql)
  const insert = written(
    `INSERT INTO inbox (account, message_id, chat, received_at, source, body, state, reason, ended_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (account, message_id) DO UPDATE SET duplicates = inbox.duplicates + 1
    RETURNING duplicates`
  )
  const one = (row: Admission): Effect.Effect<boolean, SqlError> =>
    Effect.map(
      insert(
        row.account,
        row.messageId,
        row.chat,
        row.receivedAt,
        row.source,
        withoutNul(row.body),
        row.state,
        row.reason,
        row.state === "pending" ? null : row.receivedAt
      ),
      ([noted]) => duplicatesIn(noted) === 0
    )
  const alone = (row: Admission) => write(one(row))

  // Numbers are given to the rows as they are sorted. What comes twice in a group is counted with the first of it.
  const insertAll = written(
    `INSERT INTO inbox (account, message_id, chat, received_at, source, body, state, reason, ended_at, duplicates)
    SELECT account, message_id, chat, received_at, source, body, state, NULLIF(reason, ''),
      CASE WHEN state = 'pending' THEN NULL ELSE received_at END, again
    FROM UNNEST(CAST(? AS TEXT[]), CAST(? AS TEXT[]), CAST(? AS TEXT[]), CAST(? AS BIGINT[]), CAST(? AS TEXT[]),
      CAST(? AS TEXT[]), CAST(? AS TEXT[]), CAST(? AS TEXT[]), CAST(? AS INTEGER[]))
      WITH ORDINALITY AS asked (account, message_id, chat, received_at, source, body, state, reason, again, place)
    ORDER BY place
    ON CONFLICT (account, message_id) DO UPDATE SET duplicates = inbox.duplicates + 1 + excluded.duplicates
    RETURNING account, message_id AS "messageId", duplicates`
  )

  const together = (rows: ReadonlyArray<Admission>): Effect.Effect<ReadonlyArray<boolean>, SqlError> => {
    const firsts = new Map<string, { readonly row: Admission; again: number }>()
    const isFirst = rows.map((row) => {
      const known = firsts.get(keyOf(row))
      if (known === undefined) firsts.set(keyOf(row), { row, again: 0 })
      else known.again++
      return known === undefined
    })
    const asked = [...firsts.values()]
    const column = <A>(of: (row: Admission) => A) => asked.map(({ row }) => of(row))
    return Effect.map(
      insertAll(
        column((row) => row.account),
        column((row) => row.messageId),
        column((row) => row.chat),
        column((row) => row.receivedAt),
        column((row) => row.source),
        column((row) => withoutNul(row.body)),
        column((row) => row.state),
        column((row) => row.reason ?? ""),
        asked.map(({ again }) => again)
      ),
      (found) => {
        const fresh = new Set<string>()
        for (const noted of found) {
          const key = keyIn(noted)
          if (duplicatesIn(noted) === firsts.get(key)?.again) fresh.add(key)
        }
        return rows.map((row, i) => isFirst[i] === true && fresh.has(keyOf(row)))
      }
    )
  }

  let open: Group | undefined

  const writeGroup = (group: Group) =>
    write(
      Effect.suspend(() => {
        // Whoever asks from now on belongs to the next one.
        if (open === group) open = undefined
        const [first] = group.rows
        const admitted =
          first !== undefined && group.rows.length === 1
            ? Effect.map(one(first), (fresh) => [fresh])
            : together(group.rows)
        return Effect.mapError(admitted, (error) => (concernsStore(error) ? error : rowsAtFault))
      })
    ).pipe(
      Effect.onExit((exit) =>
        Effect.sync(() => {
          if (open === group) open = undefined
          Deferred.doneUnsafe(group.answers, exit)
        })
      ),
      Effect.uninterruptible
    )

  const grouped = Effect.fnUntraced(function* (row: Admission) {
    const joined = open !== undefined && open.rows.length < most ? open : undefined
    const group = joined ?? { rows: [], answers: Deferred.makeUnsafe() }
    const place = group.rows.push(row) - 1
    open = group
    const answers = yield* joined === undefined ? writeGroup(group) : Deferred.await(group.answers)
    return answers[place] === true
  })

  return sql.onDialectOrElse({
    // Each statement is a way to the server and back: those that wait for the writer share one.
    pg: () => (row: Admission) => Effect.catchIf(grouped(row), isRowsAtFault, () => alone(row)),
    orElse: () => alone
  })
}

const isRowsAtFault = (error: JournalError | RowsAtFault): error is RowsAtFault => error._tag === "RowsAtFault"

const keyOf = ({ account, messageId }: { readonly account: string; readonly messageId: string }): string =>
  `${account}/${messageId}`

const keyIn = (row: unknown): string =>
  typeof row === "object" && row !== null && "account" in row && "messageId" in row
    ? keyOf({ account: String(row.account), messageId: String(row.messageId) })
    : ""

const duplicatesIn = (row: unknown): number | undefined =>
  typeof row === "object" && row !== null && "duplicates" in row ? Number(row.duplicates) : undefined
