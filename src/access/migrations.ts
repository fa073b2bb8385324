import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/**
 * The tables of this room, for SQLite and Postgres alike. Times are milliseconds since 1970, ids and codes are normalised
 * (`entries.ts`, `code.ts`).
 *
 * - `pairing_request`: who waits for an approval. `outbox_id` is the row that carries the challenge
 * - `pairing_code`: codes that are worth nothing any more, and why; kept for a day so that `approve` can say so
 * - `pairing_overflow`: how many messages found the list of waiting senders full
 * - `grant_entry`, `block_entry`: what the operator decided
 */
export const accessMigrations: Record<string, Effect.Effect<void, unknown, SqlClient.SqlClient>> = {
  "0002_access": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE pairing_request (
      account TEXT NOT NULL,
      sender TEXT NOT NULL,
      chat TEXT NOT NULL,
      code TEXT NOT NULL UNIQUE,
      display_name TEXT NOT NULL,
      language TEXT NOT NULL,
      outbox_id BIGINT,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      last_seen_at BIGINT NOT NULL,
      PRIMARY KEY (account, sender)
    )`
    yield* sql`CREATE INDEX pairing_request_waiting ON pairing_request (account, expires_at)`
    yield* sql`CREATE INDEX pairing_request_sender ON pairing_request (sender)`
    yield* sql`CREATE TABLE pairing_code (
      code TEXT NOT NULL PRIMARY KEY,
      account TEXT NOT NULL,
      sender TEXT NOT NULL,
      ended TEXT NOT NULL,
      ended_at BIGINT NOT NULL
    )`
    yield* sql`CREATE TABLE pairing_overflow (
      account TEXT NOT NULL PRIMARY KEY,
      turned_away BIGINT NOT NULL,
      first_at BIGINT NOT NULL,
      last_at BIGINT NOT NULL
    )`
    yield* sql`CREATE TABLE grant_entry (
      account TEXT NOT NULL,
      sender TEXT NOT NULL,
      display_name TEXT NOT NULL,
      approved_by TEXT NOT NULL,
      approved_at BIGINT NOT NULL,
      how TEXT NOT NULL,
      PRIMARY KEY (account, sender)
    )`
    yield* sql`CREATE INDEX grant_entry_sender ON grant_entry (sender)`
    yield* sql`CREATE TABLE block_entry (
      account TEXT NOT NULL,
      sender TEXT NOT NULL,
      display_name TEXT NOT NULL,
      blocked_by TEXT NOT NULL,
      blocked_at BIGINT NOT NULL,
      PRIMARY KEY (account, sender)
    )`
    yield* sql`CREATE INDEX block_entry_sender ON block_entry (sender)`
  }),
  "0008_access_audit": Effect.void
}
