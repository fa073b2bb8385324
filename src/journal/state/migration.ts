import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

/** What a running gateway says of itself as a whole: a handful of rows. */
export const stateTable = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`
    CREATE TABLE gateway_state (
      name TEXT PRIMARY KEY,
      json TEXT NOT NULL,
      updated_at BIGINT NOT NULL
    )`
})
