import * as PgClient from "@effect/sql-pg/PgClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { asJournalError } from "../../src/journal/failure.ts"
import { Journal, type JournalError } from "../../src/journal/Journal.ts"
import { makeJournal, migrate, type Migrations } from "../../src/journal/store.ts"
import { layerPostgres } from "../../src/node/postgres.ts"
import { embeddedClient } from "./embedded.ts"
import { schemaFor } from "./schemas.ts"
import type { SuiteStore } from "./setup.ts"

interface StandsFor {
  readonly filename: string
  readonly migrations: Migrations
}

let memory = 0

type Within = <A>(schema: string, use: (sql: SqlClient) => Effect.Effect<A, SqlError>) => Effect.Effect<A, SqlError>

/** A journal in a schema that is this file's for as long as the file's folder, or else the layer, is there. */
const inSchema = (
  { filename, migrations }: StandsFor,
  prefix: string,
  within: Within,
  journal: (schema: string) => Layer.Layer<Journal, JournalError>
): Layer.Layer<Journal, JournalError> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const inMemory = filename === ":memory:"
      const name = inMemory ? `:memory:${memory++}` : filename
      const standing = yield* asJournalError(schemaFor(prefix, name, migrations, within))
      if (inMemory) yield* Effect.addFinalizer(() => standing.release)
      return Layer.effect(
        Journal,
        Effect.tap(Journal, () => asJournalError(standing.made))
      ).pipe(Layer.provide(journal(standing.name)))
    })
  )

const onServer = (what: StandsFor, { prefix, url }: Extract<SuiteStore, { kind: "server" }>) => {
  const within: Within = (schema, use) =>
    Effect.flatMap(
      PgClient.make({ url: Redacted.make(url), maxConnections: 1, startupParameters: { search_path: schema } }),
      use
    ).pipe(Effect.scoped, Effect.provide(Reactivity.layer))
  return inSchema(what, prefix, within, (schema) =>
    layerPostgres({ url: Redacted.make(url), schema, connections: 2, migrations: what.migrations })
  )
}

/** Commits to each schema so far, by whom. */
const commits = new Map<string, Map<object, number>>()

const changedBeside = (schema: string) => {
  const self = {}
  const byAll = commits.get(schema) ?? new Map<object, number>()
  commits.set(schema, byAll)
  const others = () => Array.from(byAll).reduce((sum, [who, n]) => (who === self ? sum : sum + n), 0)
  let seen = others()
  return {
    committed: () => Effect.sync(() => void byAll.set(self, (byAll.get(self) ?? 0) + 1)),
    changedElsewhere: Effect.sync(() => {
      const before = seen
      seen = others()
      return seen !== before
    })
  }
}

/** Over the one connection that there is: whoever reads waits for whoever writes. */
const embedded = (what: StandsFor): Layer.Layer<Journal, JournalError> =>
  inSchema(
    what,
    "suite_",
    (schema, use) => Effect.flatMap(embeddedClient(schema), use),
    (schema) =>
      Layer.effect(
        Journal,
        Effect.gen(function* () {
          const sql = yield* embeddedClient(schema)
          yield* asJournalError(sql`CREATE SCHEMA IF NOT EXISTS ${sql(schema)}`)
          yield* Effect.provideService(migrate(what.migrations), SqlClient, sql)
          return yield* makeJournal({ sql, read: sql, ...changedBeside(schema) })
        })
      )
  )

/** A server's time-outs are real: a test that lets two days pass has not waited for its connections that long. */
const realTime = Layer.sync(Clock.Clock, () => Clock.Clock.defaultValue())

/** What is written is dated by the clock of whoever writes it. */
const datedByWriter = (journal: Journal["Service"]): Journal["Service"] => ({
  ...journal,
  write: (unit) => Clock.clockWith((clock) => journal.write(Effect.provideService(unit, Clock.Clock, clock)))
})

/** A journal on PostgreSQL that is for a test what the one in this file would be on SQLite. */
export const layerStandsFor = (what: StandsFor, store: SuiteStore): Layer.Layer<Journal, JournalError> =>
  Layer.effect(Journal, Effect.map(Journal, datedByWriter)).pipe(
    Layer.provide(store.kind === "server" ? onServer(what, store) : embedded(what)),
    Layer.provide(realTime)
  )
