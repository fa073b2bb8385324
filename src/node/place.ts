import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
import * as fs from "node:fs"
import * as path from "node:path"

/** Which file is under a name now; undefined: none that can be looked at. */
const identity = (filename: string): string | undefined => {
  try {
    const found = fs.statSync(filename, { throwIfNoEntry: false, bigint: true })
    return found === undefined ? undefined : `${found.dev}:${found.ino}`
  } catch {
    return undefined
  }
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
 * Fails once the database is not any more where it was opened. A file that was removed or replaced goes on taking what is written,
 * and takes it along when the process ends: from then on nothing is written, so that nothing is promised that cannot be kept. To
 * be asked before each transaction: a look costs microseconds, and a commit waits for the disk.
 */
export const whileInPlace = (sql: SqlClient, filename: string): Effect.Effect<void, SqlError> => {
  const opened = identity(filename)
  let lost: SqlError | undefined
  const lose = Effect.gen(function* () {
    const what = `${filename} was ${identity(filename) === undefined ? "removed" : "replaced by another"} while it was in use`
    lost = gone(what)
    const rescued = yield* rescue(sql, filename)
    lost = gone(`${what}; ${rescued}. Put the right one there and start again`)
    return yield* lost
  })
  return Effect.suspend(() => {
    if (lost !== undefined) return Effect.fail(lost)
    return identity(filename) === opened ? Effect.void : lose
  })
}
