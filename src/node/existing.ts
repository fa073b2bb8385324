import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { asJournalError } from "../journal/failure.ts"
import { Journal, JournalError } from "../journal/Journal.ts"
import { checkVersion, makeJournal, type NoTables } from "../journal/store.ts"
import * as fs from "node:fs"
import * as Sqlite from "./sqlite.ts"

/** PRAGMA data_version moves when some other connection commits: it is asked on the writer's, so our own never count. */
export const watchOthers = (sql: SqlClient): Effect.Effect<Effect.Effect<boolean, SqlError>, SqlError> =>
  Effect.gen(function* () {
    const version = Effect.map(sql<{ data_version: number }>`PRAGMA data_version`, (rows) => rows[0]?.data_version ?? 0)
    const last = yield* Ref.make(yield* version)
    return Effect.flatMap(version, (now) => Ref.modify(last, (before) => [before !== now, now]))
  })

export const open = (options: Sqlite.SqliteClientConfig) => asJournalError(Sqlite.make(options))

/** SQLite would make it. */
const mustExist = (filename: string) =>
  fs.existsSync(filename)
    ? Effect.void
    : Effect.fail(new JournalError({ reason: "unavailable", detail: `there is no store at ${filename}` }))

/** 16 MB: ids are random, so each message touches pages from all over their index. */
export const pageCache = "PRAGMA cache_size = -16384"

/**
 * The journal on SQLite as another program made it: it is neither made nor changed here. `version` is the schema that this
 * program knows (`journal/store.ts`, `latest`), so that it need not know how a store is made.
 */
export const layerExisting = (options: {
  readonly filename: string
  readonly version: number
}): Layer.Layer<Journal, JournalError | NoTables> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      const { filename, version } = options
      yield* mustExist(filename)
      // Looked at before anything is opened that could change it.
      const read = yield* open({ filename, readonly: true })
      yield* Effect.provideService(checkVersion(version), SqlClient, read)
      const sql = yield* open({ filename })
      yield* asJournalError(sql.unsafe(pageCache))
      const changed = yield* asJournalError(watchOthers(sql))
      return yield* makeJournal({ sql, read, changedElsewhere: changed })
    })
  )
