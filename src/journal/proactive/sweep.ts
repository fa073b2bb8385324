import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { RowId } from "../columns.ts"
import { Journal } from "../Journal.ts"
import { rowsOf } from "./rows.ts"

/** How long the results of a broadcast that ended are kept, ms: 90 days. */
export const resultsKept = 90 * 24 * 3_600_000
/** Recipients deleted in one transaction. */
const step = 500

const Ids = Schema.Struct({ id: RowId })

/** Forgets broadcasts that ended long ago, and the runs that began them, in small steps. */
export const sweepBroadcasts = Effect.map(Journal, ({ query, read, sql, write }) =>
  Effect.gen(function* () {
    const before = (yield* Clock.currentTimeMillis) - resultsKept
    for (;;) {
      const [old] = yield* query(
        rowsOf(Ids)(
          read`SELECT id FROM broadcast WHERE ended_at IS NOT NULL AND ended_at < ${before} ORDER BY ended_at LIMIT 1`
        )
      )
      if (old === undefined) break
      const id = Number(old.id)
      for (;;) {
        const gone = yield* write(
          sql`DELETE FROM broadcast_recipient WHERE broadcast = ${id} AND n IN (
            SELECT n FROM broadcast_recipient WHERE broadcast = ${id} ORDER BY n LIMIT ${step}) RETURNING n`
        )
        if (gone.length < step) break
      }
      yield* write(sql`DELETE FROM broadcast WHERE id = ${id}`)
    }
    yield* write(Effect.asVoid(sql`DELETE FROM schedule_run WHERE noted_at < ${before}`))
  })
)
