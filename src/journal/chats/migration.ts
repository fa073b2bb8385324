import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

/**
 * A chat that a turn was allowed in: who is there, when it was last heard of, and what people have decided about it.
 * `paused_at` stands while a person answers in the bot's stead; `resume_at` is when the bot takes over again by itself.
 * `opted_out_at` stands while its people want no message that they did not ask for.
 */
export const chatTable = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`
    CREATE TABLE chat (
      account TEXT NOT NULL,
      chat TEXT NOT NULL,
      type TEXT NOT NULL,
      name TEXT NOT NULL,
      first_seen_at BIGINT NOT NULL,
      last_seen_at BIGINT NOT NULL,
      messages BIGINT NOT NULL DEFAULT 0,
      paused_at BIGINT,
      paused_by TEXT,
      pause_reason TEXT,
      resume_at BIGINT,
      opted_out_at BIGINT,
      PRIMARY KEY (account, chat)
    )`
  yield* sql`CREATE INDEX chat_paused ON chat (account, resume_at) WHERE paused_at IS NOT NULL`
})
