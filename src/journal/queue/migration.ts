import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

/** What explaining and pruning need beside the journal's own columns: the rule that let a message in. */
export const queueColumns = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`ALTER TABLE inbox ADD COLUMN rule TEXT`
})
