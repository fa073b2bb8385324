import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { CommandFailed } from "../cli/errors.ts"
import type { StoreCheck } from "../cli/storeOperations.ts"
import type { ConfigChoice } from "../cli/Operations.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { countOf, tablesOf } from "../journal/copy/catalog.ts"
import { asJournalError } from "../journal/failure.ts"
import { Journal } from "../journal/Journal.ts"
import type { StoreAt } from "../node/looking.ts"
import { storePlace } from "./storePlace.ts"
import { configuredStore, layerAsItIs, schemaOf, storeName } from "./storeAt.ts"
import { version } from "./store-version.ts"

type Problem = StoreCheck["problems"][number]

/** Settings of a server without which a commit may be lost. Synchronous commits are asked for by our own connections. */
const endangers = ["fsync", "full_page_writes"]

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Schema.Record(Schema.String, Schema.String)))

/** Of the one column that was asked for. */
const firstValue = (rows: ReadonlyArray<unknown>) =>
  Effect.map(Effect.orDie(decodeRows(rows)), ([row]) => Object.values(row ?? {})[0] ?? "")

/** SQLite looks through every page. */
const damage = Effect.gen(function* () {
  const { query, read } = yield* Journal
  const said = yield* query(Effect.flatMap(read`PRAGMA quick_check(1)`, firstValue))
  const problems: ReadonlyArray<Problem> =
    said === "ok" ? [] : [{ message: `the file is damaged: ${said}`, remedy: "docs/deploy.md says how to restore it" }]
  return problems
})

/** What the server is told to risk. */
const risks = Effect.gen(function* () {
  const { query, read } = yield* Journal
  const problems: Array<Problem> = []
  for (const name of endangers) {
    const value = yield* query(
      Effect.flatMap(read`SELECT reset_val AS value FROM pg_settings WHERE name = ${name}`, firstValue)
    )
    if (value === "off") {
      problems.push({
        message: `the server runs with ${name} = ${value}: what it acknowledged may be lost when it crashes`,
        remedy: `Set ${name} to on in postgresql.conf`
      })
    }
  }
  return problems
})

const look = (store: StoreAt) =>
  Effect.gen(function* () {
    const { read } = yield* Journal
    const problems = yield* store._tag === "Sqlite" ? damage : risks
    const counts: Record<string, number> = {}
    for (const { name } of yield* asJournalError(tablesOf(read)))
      counts[name] = yield* asJournalError(countOf(read, name))
    return { counts, problems }
  })

/** `store check`. What is wrong is in the answer. */
export const checkStore = (options: {
  readonly config: ConfigChoice
}): Effect.Effect<StoreCheck, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const store = configuredStore(yield* storePlace(options.config.file))
    const known = { store: storeName(store), needed: version }
    const bad = (problem: Problem, found: number | null): StoreCheck => ({
      ...known,
      version: found,
      counts: {},
      problems: [problem]
    })
    const none: Problem = {
      message: `there is no store at ${known.store} yet`,
      remedy: "Start zalo-effect serve, or run zalo-effect store migrate"
    }
    if (store._tag === "Sqlite" && !existsSync(store.filename)) return bad(none, null)
    return yield* Effect.gen(function* () {
      const found = yield* schemaOf(store)
      if (found === 0) return bad(none, null)
      if (found !== version) {
        const remedy =
          found > version ? "Use a newer zalo-effect" : "Start zalo-effect serve, or run zalo-effect store migrate"
        return bad({ message: `its schema is ${found}, and this program needs ${version}`, remedy }, found)
      }
      const context = yield* Layer.build(layerAsItIs(store))
      return { ...known, version: found, ...(yield* Effect.provideContext(look(store), context)) }
    }).pipe(
      Effect.scoped,
      Effect.catchTags({
        JournalError: ({ message }) =>
          Effect.succeed(bad({ message, remedy: "Look at the database, and at store.url" }, null)),
        NoTables: () => Effect.succeed(bad(none, null))
      })
    )
  })
