import { existsSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import { CommandFailed } from "../cli/errors.ts"
import type { Copied, CopyOptions } from "../cli/storeOperations.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import * as copying from "../journal/copy/copy.ts"
import { asJournalError } from "../journal/failure.ts"
import { Journal } from "../journal/Journal.ts"
import { commandFailed } from "./failures.ts"
import { storePlace } from "./storePlace.ts"
import { heldBy, layerAsItIs, layerMigrated, readStoreAt, type StoreAt, storeName } from "./storeAt.ts"

const Newest = Schema.Array(
  Schema.Struct({
    seq: Schema.Union([Schema.Number, Schema.String, Schema.BigInt]),
    account: Schema.String,
    id: Schema.String
  })
)
const decodeNewest = Schema.decodeUnknownEffect(Newest)

const nobodyWorksOn = Effect.fnUntraced(function* (store: StoreAt) {
  const holder = yield* heldBy(store)
  if (holder === undefined) return
  return yield* new CommandFailed({
    code: "lease-held",
    message: `${holder} works on ${storeName(store)}: stop the gateway first, so that nothing changes while it is copied`
  })
})

/** What is in the target must have come from the source: else rows of two stores would share their numbers. */
const isBeginningOf = Effect.fnUntraced(function* (from: SqlClient, to: SqlClient, name: string) {
  const [newest] = yield* Effect.flatMap(
    to`SELECT seq, account, message_id AS id FROM inbox ORDER BY seq DESC LIMIT 1`,
    (rows) => Effect.orDie(decodeNewest(rows))
  )
  if (newest === undefined) return
  const same = yield* from`SELECT 1 AS one FROM inbox
    WHERE seq = ${Number(newest.seq)} AND account = ${newest.account} AND message_id = ${newest.id}`
  if (same.length > 0) return
  return yield* new CommandFailed({
    code: "other-rows",
    message: `${name} holds messages that are not in the source: copy into an empty store, or choose another schema`
  })
})

/** `store copy`. */
export const copyStore = (options: CopyOptions): Effect.Effect<Copied, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const schema = (yield* storePlace(undefined)).store.postgres?.schema
    const [from, to] = [readStoreAt(options.from, schema), readStoreAt(options.to, schema)]
    const names = { from: storeName(from), to: storeName(to) }
    const missing = new CommandFailed({ code: "not-found", message: `there is no store at ${names.from}` })
    if (from._tag === "Sqlite" && !existsSync(from.filename)) return yield* missing
    if (names.from === names.to) {
      return yield* new CommandFailed({ code: "same-store", message: `${names.from} cannot be copied into itself` })
    }
    yield* nobodyWorksOn(from)
    yield* nobodyWorksOn(to)
    const source = yield* Layer.build(Layer.fresh(layerAsItIs(from))).pipe(
      Effect.catchTag("NoTables", () => Effect.fail(missing))
    )
    const target = yield* Layer.build(Layer.fresh(layerMigrated(to)))
    const [read, write] = [Context.get(source, Journal).read, Context.get(target, Journal).sql]
    yield* asJournalError(isBeginningOf(read, write, names.to))
    const done = yield* asJournalError(
      copying.copyStore({
        from: read,
        to: write,
        progress: ({ copied, table, total }) =>
          copied === 0 || copied % 10_000 !== 0 ? Effect.void : options.progress(`${table}: ${copied} of ${total}`)
      })
    )
    return {
      ...names,
      tables: Object.fromEntries(done.map(({ copied, table, total }) => [table, { copied, total }]))
    }
  }).pipe(
    Effect.scoped,
    Effect.catchTags({
      JournalError: (error) => Effect.fail(commandFailed(error)),
      CopyFailed: ({ message }) => Effect.fail(new CommandFailed({ code: "copy-failed", message }))
    })
  )
