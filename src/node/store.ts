import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { asJournalError } from "../journal/failure.ts"
import { Journal, JournalError } from "../journal/Journal.ts"
import { checkVersion, makeJournal, migrate, type Migrations } from "../journal/store.ts"
import * as fs from "node:fs"
import * as path from "node:path"
import { checkpointBeside } from "./checkpoints.ts"
import { watchPlace } from "./place.ts"
import * as Sqlite from "./sqlite.ts"

/** Where the journal is, and what may be done to it. */
export interface StoreOptions {
  /** The database file. `:memory:` keeps nothing. */
  readonly filename: string
  readonly migrations: Migrations
  /** Whether the file may be made and its tables brought up to date. A command that only looks leaves both as they are. */
  readonly migrate: boolean
}

/** 16 MB: ids are random, so each message touches pages from all over their index. */
const pageCache = "PRAGMA cache_size = -16384"

/** Only the owner may read what people wrote. */
const prepareDirectory = (filename: string) =>
  Effect.try({
    try: () => {
      fs.mkdirSync(path.dirname(filename), { recursive: true, mode: 0o700 })
      fs.closeSync(fs.openSync(filename, "a", 0o600))
    },
    catch: (cause) =>
      new JournalError({ reason: "unavailable", detail: cause instanceof Error ? cause.message : String(cause) })
  })

/** PRAGMA data_version moves when some other connection commits: it is asked on the writer's, so our own never count. */
const watchOthers = (sql: SqlClient): Effect.Effect<{ readonly changed: Effect.Effect<boolean, SqlError> }, SqlError> =>
  Effect.gen(function* () {
    const version = Effect.map(sql<{ data_version: number }>`PRAGMA data_version`, (rows) => rows[0]?.data_version ?? 0)
    const last = yield* Ref.make(yield* version)
    const changed = Effect.flatMap(version, (now) => Ref.modify(last, (before) => [before !== now, now]))
    return { changed }
  })

/** SQLite would make it. */
const mustExist = (filename: string) =>
  fs.existsSync(filename)
    ? Effect.void
    : Effect.fail(new JournalError({ reason: "unavailable", detail: `there is no store at ${filename}` }))

const open = (options: Sqlite.SqliteClientConfig) => asJournalError(Sqlite.make(options))

const openBoth = Effect.fnUntraced(function* ({ filename, migrate: mayMigrate, migrations }: StoreOptions) {
  if (mayMigrate) {
    yield* prepareDirectory(filename)
    const sql = yield* open({ filename })
    yield* Effect.provideService(migrate(migrations), SqlClient, sql)
    return { sql, read: yield* open({ filename, readonly: true }) }
  }
  yield* mustExist(filename)
  // Looked at before anything is opened that could change it.
  const read = yield* open({ filename, readonly: true })
  yield* Effect.provideService(checkVersion(migrations), SqlClient, read)
  return { sql: yield* open({ filename }), read }
})

const openInMemory = Effect.fnUntraced(function* (migrations: Migrations) {
  const sql = yield* open({ filename: ":memory:" })
  yield* Effect.provideService(migrate(migrations), SqlClient, sql)
  return { sql, read: sql }
})

/** Names the file in what keeps it from being opened, and what to do about one that is broken. */
const named = (filename: string) => (error: JournalError) =>
  new JournalError({
    reason: error.reason,
    detail:
      error.reason === "corrupt"
        ? `${filename}: ${error.detail}. It is left as it is; docs/deploy.md says how to get out of it what can be read`
        : error.reason === "schema" || error.detail.includes(filename)
          ? error.detail
          : `${filename}: ${error.detail}`
  })

/** The journal on SQLite: one connection that writes, one that reads. */
export const layerSqlite = (options: StoreOptions): Layer.Layer<Journal, JournalError> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      const inMemory = options.filename === ":memory:"
      const { read, sql } = yield* inMemory ? openInMemory(options.migrations) : openBoth(options)
      yield* asJournalError(sql.unsafe(pageCache))
      const others = yield* asJournalError(watchOthers(sql))
      // Who migrates is who stays: a command is gone before a checkpoint is due.
      const committed =
        inMemory || !options.migrate ? undefined : yield* asJournalError(checkpointBeside(sql, options.filename))
      const mayWrite = inMemory || !options.migrate ? undefined : yield* watchPlace(sql, options.filename)
      return yield* makeJournal({ sql, read, changedElsewhere: others.changed, committed, mayWrite })
    }).pipe(Effect.mapError(named(options.filename)))
  )
