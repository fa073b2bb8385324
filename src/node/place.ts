import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
import * as fs from "node:fs"
import * as path from "node:path"

/** Between two looks at whether the open file is still the one under its name, ms. */
const lookEvery = 2_000

const identity = (filename: string): string | undefined => {
  const found = fs.statSync(filename, { throwIfNoEntry: false, bigint: true })
  return found === undefined ? undefined : `${found.dev}:${found.ino}`
}

const gone = (message: string): SqlError =>
  new SqlError({ reason: new ConnectionError({ message, operation: "write", cause: undefined }) })

/** Copies what the open database holds beside where it was: nobody else can any more, and not for longer than this process lives. */
const rescue = Effect.fnUntraced(function* (sql: SqlClient, filename: string) {
  const copy = `${filename}.rescued`
  const copied = Effect.andThen(
    Effect.sync(() => {
      fs.mkdirSync(path.dirname(filename), { recursive: true, mode: 0o700 })
      fs.rmSync(copy, { force: true })
    }),
    sql.unsafe("VACUUM INTO ?", [copy])
  )
  return yield* copied.pipe(
    Effect.andThen(Effect.sync(() => fs.chmodSync(copy, 0o600))),
    Effect.as(`what was in it is in ${copy}`),
    Effect.catchCause((cause) =>
      Effect.as(Effect.logError("the store could not be rescued", cause), "nothing could be rescued")
    )
  )
})

/**
 * Looks whether the database is still where it was opened. A file that was removed or replaced goes on taking what is written, and
 * takes it along when the process ends: from then on nothing is written, so that nothing is promised that cannot be kept. Answers
 * what fails then. It looks when something is to be written, and not while nothing is: there is nothing to be lost then.
 */
export const watchPlace = (sql: SqlClient, filename: string): Effect.Effect<Effect.Effect<void, SqlError>> =>
  Effect.sync(() => {
    const opened = identity(filename)
    let lost: SqlError | undefined
    let lookedAt = Number.NEGATIVE_INFINITY
    const look = Effect.gen(function* () {
      if (lost !== undefined || identity(filename) === opened) return
      const what = identity(filename) === undefined ? "removed" : "replaced by another"
      lost = gone(`${filename} was ${what} while it was in use`)
      const rescued = yield* rescue(sql, filename)
      lost = gone(`${filename} was ${what} while it was in use; ${rescued}. Put the right one there and start again`)
    }).pipe(Effect.catchDefect(() => Effect.void))
    const answer = Effect.suspend(() => (lost === undefined ? Effect.void : Effect.fail(lost)))
    return Clock.clockWith((clock) => {
      const now = clock.currentTimeMillisUnsafe()
      if (lost !== undefined || Math.abs(now - lookedAt) < lookEvery) return answer
      lookedAt = now
      return Effect.andThen(look, answer)
    })
  })
