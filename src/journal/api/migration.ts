import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

/** Requests of the admin API that must not be done twice, by the key that their sender chose. */
export const idempotencyKeys = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`
    CREATE TABLE api_key (
      account TEXT NOT NULL,
      key TEXT NOT NULL,
      request TEXT NOT NULL,
      outbox_ids TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (account, key)
    )`
  yield* sql`CREATE INDEX api_key_age ON api_key (created_at)`
})
