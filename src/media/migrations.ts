import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

/**
 * `hosted_media`: files that Zalo is to fetch from us. Each stands under its id in the data directory. `expires_at` counts
 * from the time the address was last given to Zalo; a row outlives its file for a day, so that it can be said what became of
 * it.
 */
export const mediaMigrations: Readonly<Record<string, Effect.Effect<void, unknown, SqlClient>>> = {
  "0003_media": Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`CREATE TABLE hosted_media (
      id TEXT PRIMARY KEY,
      token TEXT NOT NULL,
      account TEXT NOT NULL,
      content_type TEXT NOT NULL,
      bytes BIGINT NOT NULL,
      fetches INTEGER NOT NULL DEFAULT 0,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL
    )`
    yield* sql`CREATE INDEX hosted_media_expiry ON hosted_media (expires_at)`
  })
}
