import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** The store cannot be read or written now. What was asked did not happen. */
export class JournalError extends Schema.TaggedError<JournalError>()("JournalError", {
  reason: Schema.Literals(["busy", "full", "readonly", "corrupt", "schema", "unavailable"]),
  detail: Schema.String
}) {
  override get message(): string {
    return `the journal cannot be used (${this.reason}): ${this.detail}`
  }
}

/** Whether the journal takes what is to be written. Times are milliseconds since 1970. */
export interface JournalStanding {
  /** The last commit; null before the first. */
  readonly committedAt: number | null
  /** Why nothing could be committed since then; undefined while all is well. */
  readonly failure: JournalError | undefined
}

/**
 * The one writer of a process, and its reader.
 *
 * A unit is plain SQL on `Journal.sql`: it runs in a savepoint of its own inside a transaction that it shares with whatever
 * else was asked in the same turn of the event loop, and `write` answers after the commit. A unit's own failure rolls back
 * that unit alone. Nothing but SQL belongs in it: whatever waits inside stalls everybody.
 */
export class Journal extends Context.Service<
  Journal,
  {
    /** For the units handed to `write`, and only there. */
    readonly sql: SqlClient
    /** A second, read-only connection. It sees what was committed. */
    readonly read: SqlClient
    write<A, E>(unit: Effect.Effect<A, E>): Effect.Effect<A, Exclude<E, SqlError> | JournalError>
    /** Runs a query of `read`, its failure told as ours. */
    query<A, E>(query: Effect.Effect<A, E>): Effect.Effect<A, Exclude<E, SqlError> | JournalError>
    /** Whether another process committed since this was last asked. */
    readonly changedElsewhere: Effect.Effect<boolean, JournalError>
    /** What came of the last commit of this process. */
    readonly standing: Effect.Effect<JournalStanding>
  }
>()("zalo-effect/journal/Journal") {}
