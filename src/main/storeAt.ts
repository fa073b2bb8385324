import { existsSync, readdirSync } from "node:fs"
import { dirname, resolve } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { placeOf } from "../gateway/config/store.ts"
import { migrations } from "../gateway/layers.ts"
import { Leases } from "../gateway/Leases.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { type NoTables, versionOf } from "../journal/store.ts"
import { databaseIn } from "../node/database.ts"
import { layerExisting } from "../node/existing.ts"
import * as fileLeases from "../node/leases.ts"
import { looking, type StoreAt } from "../node/looking.ts"
import { layerSqlite } from "../node/store.ts"
import type { StorePlace } from "./existingStore.ts"
import { version } from "./store-version.ts"

/** As it stands on the command line (`commands/store/flags.ts`). The configured one has its schema and settings with it. */
export const readStoreAt = (text: string, { store: { postgres } }: StorePlace): StoreAt => {
  if (text.startsWith("sqlite:")) return { _tag: "Sqlite", filename: resolve(text.slice("sqlite:".length)) }
  return postgres !== undefined && Redacted.value(postgres.url) === text
    ? { _tag: "Postgres", place: postgres }
    : { _tag: "Postgres", place: { url: Redacted.make(text, { label: "store" }) } }
}

export const configuredStore = ({ dataDir, store }: StorePlace): StoreAt =>
  store.postgres === undefined
    ? { _tag: "Sqlite", filename: databaseIn(dataDir) }
    : { _tag: "Postgres", place: store.postgres }

/** For people: nothing that opens it. */
export const storeName = (store: StoreAt): string =>
  store._tag === "Sqlite" ? store.filename : placeOf(store.place.url)

/** The store with its tables made and up to date. */
export const layerMigrated = (store: StoreAt): Layer.Layer<Journal, JournalError> =>
  store._tag === "Sqlite"
    ? layerSqlite({ filename: store.filename, migrations, migrate: true })
    : Layer.unwrap(
        Effect.map(
          Effect.promise(() => import("../node/postgres.ts")),
          ({ layerPostgres }) => layerPostgres({ ...store.place, migrations })
        )
      )

/** The schema of its tables; 0 when there are none. */
export const schemaOf = (store: StoreAt): Effect.Effect<number, JournalError> =>
  store._tag === "Sqlite" && !existsSync(store.filename) ? Effect.succeed(0) : looking(store, versionOf)

/** The store as it is: with the tables that this program knows. */
export const layerAsItIs = (store: StoreAt): Layer.Layer<Journal, JournalError | NoTables> =>
  store._tag === "Sqlite"
    ? layerExisting({ filename: store.filename, version })
    : Layer.unwrap(
        Effect.map(
          Effect.promise(() => import("../node/postgres.ts")),
          ({ layerPostgresExisting }) => layerPostgresExisting({ ...store.place, version })
        )
      )

/** Who holds the lease of some bot there; undefined when nobody works on the store. */
export const heldBy = (store: StoreAt): Effect.Effect<string | undefined, JournalError> =>
  store._tag === "Sqlite"
    ? Effect.gen(function* () {
        const folder = dirname(store.filename)
        const bots = (existsSync(folder) ? readdirSync(folder) : []).flatMap(
          (name) => /^lease-(.+)\.lock$/.exec(name)?.[1] ?? []
        )
        const leases = Context.get(yield* Layer.build(fileLeases.layer(folder)), Leases)
        for (const bot of bots) {
          const holder = yield* leases.holder(bot)
          if (Option.isSome(holder)) return holder.value === null ? "a process" : `process ${holder.value.pid}`
        }
        return undefined
      }).pipe(Effect.scoped)
    : Effect.flatMap(
        Effect.promise(() => import("../node/postgres-leases.ts")),
        ({ sessions }) => looking(store, sessions)
      ).pipe(Effect.map(([first]) => (first === undefined ? undefined : `process ${first.pid} on ${first.host}`)))
