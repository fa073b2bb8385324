import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql/SqlClient"
import { asJournalError } from "../journal/failure.ts"
import { Journal, JournalError } from "../journal/Journal.ts"
import { latest, makeJournal, migrate, type Migrations } from "../journal/store.ts"
import * as fs from "node:fs"
import * as path from "node:path"
import { checkpointBeside } from "./checkpoints.ts"
import { layerExisting, open, pageCache, watchOthers } from "./existing.ts"
import { whileInPlace } from "./place.ts"

/** Where the journal is, and what may be done to it. */
export interface StoreOptions {
  /** The database file. `:memory:` keeps nothing. */
  readonly filename: string
  readonly migrations: Migrations
  /** Whether the file may be made and its tables brought up to date. A command that only looks leaves both as they are. */
  readonly migrate: boolean
}

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

const openFile = Effect.fnUntraced(function* ({ filename, migrations }: StoreOptions) {
  yield* prepareDirectory(filename)
  const sql = yield* open({ filename })
  yield* Effect.provideService(migrate(migrations), SqlClient, sql)
  return { sql, read: yield* open({ filename, readonly: true }) }
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

const noTables = (filename: string) =>
  Effect.fail(new JournalError({ reason: "schema", detail: `${filename} holds no tables yet` }))

/** The journal on SQLite: one connection that writes, one that reads. */
export const layerSqlite = (options: StoreOptions): Layer.Layer<Journal, JournalError> =>
  options.migrate
    ? layerMigrated(options)
    : layerExisting({ filename: options.filename, version: latest(options.migrations) }).pipe(
        Layer.catchTag("NoTables", () => Layer.effect(Journal, noTables(options.filename)))
      )

const layerMigrated = (options: StoreOptions): Layer.Layer<Journal, JournalError> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      const inMemory = options.filename === ":memory:"
      const { read, sql } = yield* inMemory ? openInMemory(options.migrations) : openFile(options)
      yield* asJournalError(sql.unsafe(pageCache))
      const changed = yield* asJournalError(watchOthers(sql))
      // Who migrates is who stays: a command is gone before a checkpoint is due.
      const committed = inMemory ? undefined : yield* asJournalError(checkpointBeside(sql, options.filename))
      const mayWrite = inMemory ? undefined : whileInPlace(sql, options.filename)
      return yield* makeJournal({ sql, read, changedElsewhere: changed, committed, mayWrite })
    }).pipe(Effect.mapError(named(options.filename)))
  )
