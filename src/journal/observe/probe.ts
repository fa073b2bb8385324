import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Journal, JournalError } from "../Journal.ts"
import { statements } from "../statement.ts"

/** So long after a commit nothing needs to be tried, ms. */
const fresh = 15_000
/** While nothing can be committed it is tried again this often at most, ms. */
const again = 1_000
/** The writer waits ten seconds for another process; whoever asks here does not. */
const patience = "3 seconds"

const slow = new JournalError({ reason: "busy", detail: "nothing was committed within 3 s" })

/**
 * Says whether the journal takes anything: what the last commit said, and a write of its own where that was long ago or
 * failed. Undefined: it does.
 */
export const makeJournalProbe: Effect.Effect<Effect.Effect<JournalError | undefined>, never, Journal> = Effect.gen(
  function* () {
    const journal = yield* Journal
    const put = statements(journal.sql)(
      "INSERT INTO journal_probe (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at"
    )
    let triedAt = Number.NEGATIVE_INFINITY
    let found: JournalError | undefined

    const attempt = Effect.fnUntraced(function* (now: number) {
      triedAt = now
      found = yield* journal.write(put(now)).pipe(
        Effect.as(undefined),
        Effect.catch((error) => Effect.succeed<JournalError | undefined>(error)),
        Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed<JournalError | undefined>(slow) })
      )
      return found
    })

    return Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const { committedAt, failure } = yield* journal.standing
      const quiet = committedAt === null || Math.abs(now - committedAt) >= fresh
      if (failure === undefined && found === undefined && !quiet) return undefined
      return now - triedAt < again && now >= triedAt ? (found ?? failure) : yield* attempt(now)
    })
  }
)
