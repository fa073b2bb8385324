import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { Int } from "../journal/columns.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"

const Row = Schema.Struct({
  id: Schema.String,
  token: Schema.String,
  contentType: Schema.String,
  bytes: Int,
  fetches: Int,
  expiresAt: Int
})

/** One hosted file. Times are milliseconds since 1970. */
export interface HostedRow extends Schema.Schema.Type<typeof Row> {}

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))
const decodeIds = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ id: Schema.String })))

/** The statements on `hosted_media`. */
export const hostedTable = Effect.map(Journal, ({ query, read, sql, write }) => {
  const ids = (rows: Effect.Effect<ReadonlyArray<unknown>, SqlError>) =>
    Effect.map(
      Effect.flatMap(rows, (found) => Effect.orDie(decodeIds(found))),
      (found) => found.map(({ id }) => id)
    )

  return {
    insert: (row: Omit<HostedRow, "fetches"> & { readonly account: string; readonly now: number }) =>
      write(
        Effect.asVoid(sql`INSERT INTO hosted_media (id, token, account, content_type, bytes, created_at, expires_at)
          VALUES (${row.id}, ${row.token}, ${row.account}, ${row.contentType}, ${row.bytes}, ${row.now}, ${row.expiresAt})`)
      ),

    find: (id: string): Effect.Effect<HostedRow | undefined, JournalError> =>
      query(
        Effect.flatMap(
          read`SELECT id, token, content_type AS "contentType", bytes, fetches, expires_at AS "expiresAt"
            FROM hosted_media WHERE id = ${id}`,
          (rows) => Effect.map(Effect.orDie(decodeRows(rows)), (found) => found[0])
        )
      ),

    /** The address was given away: it is good until then. */
    renew: (id: string, expiresAt: number): Effect.Effect<void, JournalError> =>
      write(Effect.asVoid(sql`UPDATE hosted_media SET expires_at = ${expiresAt} WHERE id = ${id}`)),

    /** Counts one fetch, unless there were as many as may be. */
    fetched: (id: string, limit: number): Effect.Effect<boolean, JournalError> =>
      write(
        Effect.map(
          sql`UPDATE hosted_media SET fetches = fetches + 1 WHERE id = ${id} AND fetches < ${limit} RETURNING id`,
          (rows) => rows.length > 0
        )
      ),

    /** Ids of these that have a row which is still good. */
    alive: (among: ReadonlyArray<string>, now: number): Effect.Effect<ReadonlyArray<string>, JournalError> =>
      query(ids(read`SELECT id FROM hosted_media WHERE expires_at > ${now} AND ${read.in("id", among)}`)),

    /** Forgets some of those that expired before then, and says how many. */
    forget: (before: number, limit: number): Effect.Effect<number, JournalError> =>
      write(
        Effect.map(
          sql`DELETE FROM hosted_media WHERE id IN (SELECT id FROM hosted_media WHERE expires_at < ${before} LIMIT ${limit})
            RETURNING id`,
          (rows) => rows.length
        )
      )
  }
})
