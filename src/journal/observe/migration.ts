import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

/** What is written to see whether anything can be written, and what makes counting what failed cheap, however much. */
export const observeTables = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`CREATE TABLE journal_probe (id INTEGER PRIMARY KEY, at BIGINT NOT NULL)`
  yield* sql`CREATE INDEX outbox_failed_state ON outbox (account, state, reason) WHERE state IN ('unknown', 'dead', 'skipped')`
  yield* sql`CREATE INDEX inbox_dead_reason ON inbox (account, reason) WHERE state = 'dead'`
})
