import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

/**
 * A chat that a turn was allowed in: who is there, when it was last heard of, and what people have decided about it.
 *
 * - `session`: the agent's session that its last message belonged to
 * - `paused_at` stands while a person answers in the bot's stead; `resume_at` is when the bot takes over again by itself;
 *   `told` is 0 until the people there were told of the pause, or need not be
 * - `waiting_since` stands while somebody there waits for a person; `answered_seq` is the last kept message that a person has
 *   answered
 * - `opted_out_at` stands while its people want no message that they did not ask for
 *
 * `inbox.held` is 1 for a message that is kept while its chat is paused: lanes pass it by, however many there are.
 */
export const chatTable = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`
    CREATE TABLE chat (
      account TEXT NOT NULL,
      chat TEXT NOT NULL,
      type TEXT NOT NULL,
      name TEXT NOT NULL,
      session TEXT,
      first_seen_at BIGINT NOT NULL,
      last_seen_at BIGINT NOT NULL,
      messages BIGINT NOT NULL DEFAULT 0,
      paused_at BIGINT,
      paused_by TEXT,
      pause_reason TEXT,
      resume_at BIGINT,
      told INTEGER NOT NULL DEFAULT 1,
      waiting_since BIGINT,
      answered_seq BIGINT NOT NULL DEFAULT 0,
      opted_out_at BIGINT,
      PRIMARY KEY (account, chat)
    )`
  yield* sql`CREATE INDEX chat_seen ON chat (last_seen_at, account, chat)`
  yield* sql`CREATE INDEX chat_paused ON chat (account, chat) WHERE paused_at IS NOT NULL`
  yield* sql`CREATE INDEX chat_resume ON chat (account, resume_at) WHERE paused_at IS NOT NULL AND resume_at IS NOT NULL`
  yield* sql`CREATE INDEX chat_untold ON chat (account, chat) WHERE paused_at IS NOT NULL AND told = 0`
  yield* sql`ALTER TABLE inbox ADD COLUMN held INTEGER NOT NULL DEFAULT 0`
  yield* sql`DROP INDEX inbox_pending`
  yield* sql`CREATE INDEX inbox_pending ON inbox (account, chat, held, seq) WHERE state = 'pending'`
  // What an earlier version has answered: its names stand in the bodies, and come with the next message.
  yield* sql`
    INSERT INTO chat (account, chat, type, name, first_seen_at, last_seen_at, messages)
    SELECT account, chat, CASE WHEN chat LIKE 'zgr-%' THEN 'GROUP' ELSE 'PRIVATE' END, '', MIN(received_at),
      MAX(received_at), COUNT(*)
    FROM inbox WHERE state = 'done' GROUP BY account, chat`
})
