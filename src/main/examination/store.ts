import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { accessSync, constants, statSync } from "node:fs"
import { dirname } from "node:path"
import type { AccountId } from "../../domain/ids.ts"
import { type ConfigStanding, decodeStanding } from "../../gateway/config/ConfigStanding.ts"
import type { StoreFacts } from "../../gateway/doctor/facts.ts"
import { readRunners, type RunnerReport } from "../../gateway/runners.ts"
import { layerRooms, nothingStored, type Stored, storedOf } from "../../gateway/doctor/stored.ts"
import { Journal, type JournalError } from "../../journal/Journal.ts"
import { GatewayState } from "../../journal/state/GatewayState.ts"
import { databaseIn } from "../../node/database.ts"
import { layerExistingStore, nameOf, type StorePlace } from "../existingStore.ts"

const mayWrite = (filename: string): boolean => {
  try {
    accessSync(filename, constants.W_OK)
    accessSync(dirname(filename), constants.W_OK)
    return true
  } catch {
    return false
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** SQLite looks through every page: only for whoever asks for a thorough look. */
const quickCheck = Effect.gen(function* () {
  const { read, query } = yield* Journal
  const [first] = yield* query(read<{ quick_check: string }>`PRAGMA quick_check(1)`)
  const said = first?.quick_check ?? "ok"
  return said === "ok" ? undefined : said
})

/** Of the whole database on a server: of others' tables too. */
const databaseSize = Effect.gen(function* () {
  const { query, read } = yield* Journal
  const rows = yield* query(read<{ bytes: unknown }>`SELECT pg_database_size(current_database()) AS bytes`)
  return Number(rows[0]?.bytes ?? 0)
})

export interface StoreLook {
  readonly facts: StoreFacts
  /** What is known of an account; nothing where the store is missing or unusable. */
  readonly of: (account: AccountId) => Effect.Effect<Stored>
  /** What a gateway last said of its configuration. */
  readonly standing: Effect.Effect<ConfigStanding | null>
  /** The runners of a cluster that are there. */
  readonly runners: Effect.Effect<ReadonlyArray<RunnerReport>>
}

/** Opens the store as it is, and never makes or changes one. */
export const storeLook = Effect.fnUntraced(function* (place: StorePlace, options: { readonly thorough: boolean }) {
  const path = nameOf(place)
  const filename = place.store.postgres === undefined ? databaseIn(place.dataDir) : undefined
  const blind = (facts: StoreFacts): StoreLook => ({
    facts,
    of: () => Effect.succeed(nothingStored),
    standing: Effect.succeed(null),
    runners: Effect.succeed([])
  })
  const unusable = ({ detail, reason }: JournalError) => blind({ _tag: "Unusable", path, reason, detail })
  return yield* Effect.gen(function* () {
    const context = yield* Layer.build(
      Layer.merge(layerRooms, GatewayState.layerSql).pipe(Layer.provideMerge(layerExistingStore(place)))
    )
    const damage =
      options.thorough && filename !== undefined ? yield* Effect.provideContext(quickCheck, context) : undefined
    if (damage !== undefined) return blind({ _tag: "Unusable", path, reason: "corrupt", detail: damage })
    const open: StoreLook = {
      facts: {
        _tag: "Open",
        path,
        bytes: filename === undefined ? yield* Effect.provideContext(databaseSize, context) : sizeOf(filename),
        logBytes: filename === undefined ? 0 : sizeOf(`${filename}-wal`),
        writable: filename === undefined || mayWrite(filename)
      },
      runners: readRunners.pipe(
        Effect.orElseSucceed(() => []),
        Effect.provideContext(context)
      ),
      standing: GatewayState.use((state) => state.read("config")).pipe(
        Effect.map((json) => Option.getOrNull(Option.flatMap(json, decodeStanding))),
        Effect.orElseSucceed(() => null),
        Effect.provideContext(context)
      ),
      of: (account) =>
        Effect.provideContext(storedOf(account), context).pipe(
          Effect.catch((error) => Effect.as(Effect.logWarning(error.message), nothingStored))
        )
    }
    return open
  }).pipe(
    Effect.catchTags({
      JournalError: (error) => Effect.succeed(unusable(error)),
      StoreMissing: () => Effect.succeed(blind({ _tag: "Missing", path }))
    })
  )
})
