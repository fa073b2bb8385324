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

/** What the server has to be like: what is asked, what is wrong, and what to do. */
const demands: ReadonlyArray<{
  readonly of: string
  readonly good: (value: string) => boolean
  readonly message: (value: string) => string
  readonly remedy: string
}> = [
  ...["fsync", "full_page_writes"].map((name) => ({
    of: `current_setting('${name}')`,
    good: (value: string) => value === "on",
    message: (value: string) => `the server runs with ${name} = ${value}: a power cut may lose what was acknowledged`,
    remedy: `Set ${name} to on in postgresql.conf`
  })),
  {
    // Each of our connections asks for it.
    of: "current_setting('synchronous_commit')",
    good: (value) => value !== "off",
    message: () => "commits are not waited for (synchronous_commit = off), though this program asks for it",
    remedy: "Look at the pooler between: it has to keep what a connection asks for"
  },
  {
    of: "current_setting('server_encoding')",
    good: (value) => value === "UTF8",
    message: (value) => `the database is in ${value}`,
    remedy: "Take one in UTF8"
  },
  {
    of: "CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE 'primary' END",
    good: (value) => value === "primary",
    message: () => "the server is a standby: nothing can be written",
    remedy: "Take the address of the primary"
  }
]

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

/** What is wrong with the server. */
const faults = Effect.gen(function* () {
  const { query, read } = yield* Journal
  const problems: Array<Problem> = []
  for (const { good, message, of, remedy } of demands) {
    const value = yield* query(Effect.flatMap(read.unsafe(`SELECT ${of} AS value`), firstValue))
    if (!good(value)) problems.push({ message: message(value), remedy })
  }
  return problems
})

const look = (store: StoreAt) =>
  Effect.gen(function* () {
    const { read } = yield* Journal
    const problems = yield* store._tag === "Sqlite" ? damage : faults
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
