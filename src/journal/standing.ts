import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { concernsStore, journalError } from "./failure.ts"
import type { JournalError, JournalStanding } from "./Journal.ts"

/** A failure is thought of for so long, ms: something small may yet find room, and other pages be read well. */
const remember = 30_000

const next: Readonly<Record<JournalError["reason"], string>> = {
  busy: "another program holds it; nothing is taken before it lets go",
  full: "free some space: nothing is taken before that, and it then goes on by itself",
  readonly: "make it writable for this user: nothing is taken before that, and it then goes on by itself",
  corrupt: "stop the gateway and keep the file: docs/deploy.md says how to get out of it what can be read",
  schema: "another version writes to it: run one version only",
  unavailable: "look at the disk and the data directory: nothing is taken before it works again"
}

/** Follows what comes of commits and reads, and says once that the store cannot be used, and once that it can again. */
export const makeStanding = () => {
  let committedAt: number | null = null
  let writing: JournalError | undefined
  let failedAt = 0
  let reading: { readonly error: JournalError; readonly at: number } | undefined
  /** The reason that the log has. */
  let told: { readonly reason: JournalError["reason"]; readonly since: number } | undefined

  const tell = (error: JournalError, now: number): Effect.Effect<void> => {
    failedAt = now
    if (told?.reason === error.reason) return Effect.void
    told = { reason: error.reason, since: told?.since ?? now }
    return Effect.logError(`${error.message}; ${next[error.reason]}`)
  }

  const committed = (now: number): Effect.Effect<void> => {
    committedAt = now
    writing = undefined
    if (told === undefined || Math.abs(now - failedAt) < remember) return Effect.void
    const seconds = Math.max(0, Math.round((now - told.since) / 1_000))
    told = undefined
    return Effect.logInfo(`the journal works again, after ${seconds} s`)
  }

  return {
    /** After each batch of the writer: why nothing of it was committed, or undefined. */
    tried: (failure: SqlError | undefined): Effect.Effect<void> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        if (failure === undefined) return committed(now)
        // One unit may be at fault by itself.
        if (!concernsStore(failure)) return Effect.void
        writing = journalError(failure)
        return tell(writing, now)
      }),
    /** A read failed. */
    unread: (failure: unknown): Effect.Effect<void> =>
      isSqlError(failure) && concernsStore(failure)
        ? Effect.flatMap(Clock.currentTimeMillis, (now) => {
            const error = journalError(failure)
            reading = { error, at: now }
            return tell(error, now)
          })
        : Effect.void,
    now: Effect.map(Clock.currentTimeMillis, (now): JournalStanding => {
      const stale = reading === undefined || Math.abs(now - reading.at) >= remember
      return { committedAt, failure: writing ?? (stale ? undefined : reading?.error) }
    })
  }
}
