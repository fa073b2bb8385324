import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Journal, type JournalError } from "../../src/journal/Journal.ts"
import { latest } from "../../src/journal/store.ts"
import { layerPostgres, layerPostgresExisting } from "../../src/node/postgres.ts"
import { layerSqlite, type StoreOptions } from "../../src/node/store.ts"

/** The server on which a run of the suites keeps its stores; undefined: SQLite. */
export const postgresUrl = process.env["ZALO_EFFECT_SUITE_STORE"]

/** A schema for each file that SQLite would have. Suites take one store for another only by its name. */
const schemaOf = (filename: string): string => `t_${createHash("sha256").update(filename).digest("hex").slice(0, 24)}`

let memory = 0

/** The store that a suite keeps under this name, on the database that the run is about. */
export const storeAt = (options: StoreOptions): Layer.Layer<Journal, JournalError> => {
  if (postgresUrl === undefined) return layerSqlite(options)
  const filename = options.filename === ":memory:" ? `${process.pid}:memory:${memory++}` : options.filename
  const place = { url: Redacted.make(postgresUrl), schema: schemaOf(filename), connections: 4 }
  return options.migrate
    ? layerPostgres({ ...place, migrations: options.migrations })
    : layerPostgresExisting({ ...place, version: latest(options.migrations) }).pipe(
        Layer.catchTag("NoTables", () => Layer.effect(Journal, Effect.die(new Error("the store has no tables"))))
      )
}
