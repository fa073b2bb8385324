import * as Effect from "effect/Effect"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { JournalError } from "./Journal.ts"

const sqliteCode = (cause: unknown): number | undefined =>
  typeof cause === "object" && cause !== null && "errno" in cause && typeof cause.errno === "number"
    ? cause.errno & 0xff
    : undefined

/** SQLite's primary result codes, and what they mean to us. */
const reasons: Readonly<Record<number, JournalError["reason"]>> = {
  5: "busy",
  6: "busy",
  8: "readonly",
  11: "corrupt",
  13: "full",
  17: "schema",
  26: "corrupt"
}

/** PostgreSQL's codes (SQLSTATE), by how they begin, where they mean more than "unavailable". */
const states: ReadonlyArray<readonly [state: string, reason: JournalError["reason"]]> = [
  ["53100", "full"],
  ["25006", "readonly"],
  ["XX001", "corrupt"],
  ["XX002", "corrupt"],
  ["42P01", "schema"],
  ["42703", "schema"],
  // Somebody else has the row, or the two of us would wait for each other: again.
  ["40", "busy"],
  ["55P03", "busy"]
]

const stateOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined

/** What the server itself said: the driver's own sentence says only that a query failed. */
const said = (cause: unknown): string | undefined =>
  cause instanceof Error && cause.message !== "" ? cause.message : undefined

export const journalError = (error: SqlError): JournalError => {
  const { reason } = error
  const code = sqliteCode(reason.cause)
  const state = stateOf(reason.cause)
  const known = code === undefined ? states.find(([prefix]) => state?.startsWith(prefix) === true)?.[1] : reasons[code]
  return new JournalError({
    reason: known ?? (reason._tag === "LockTimeoutError" ? "busy" : "unavailable"),
    detail: (state === undefined ? undefined : said(reason.cause)) ?? (reason.message || reason._tag)
  })
}

/** Codes that say something of the file or the disk, and not of the statement: busy, locked, read-only, I/O, corrupt, full, cannot open. */
const ofStore: ReadonlySet<number> = new Set([5, 6, 8, 10, 11, 13, 14, 26])

/** Whether the store itself is in trouble, and not what was asked of it. */
export const concernsStore = (error: SqlError): boolean => {
  const { reason } = error
  const code = sqliteCode(reason.cause)
  return code === undefined
    ? reason._tag === "ConnectionError" || reason._tag === "LockTimeoutError"
    : ofStore.has(code)
}

/** Some other process is writing. */
export const isBusy = (error: SqlError): boolean => journalError(error).reason === "busy"

const isOther = <E>(error: E): error is Exclude<E, SqlError> => !isSqlError(error)

/** Tells a database failure as ours and leaves every other error alone. */
export const asJournalError = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, Exclude<E, SqlError> | JournalError, R> =>
  Effect.mapError(effect, (error) => {
    if (isOther(error)) return error
    return isSqlError(error) ? journalError(error) : new JournalError({ reason: "unavailable", detail: String(error) })
  })
