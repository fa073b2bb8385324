import { existsSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CommandFailed } from "../cli/errors.ts"
import type { Copied, CopyOptions } from "../cli/storeOperations.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { isBeginningOf } from "../journal/copy/beginning.ts"
import * as copying from "../journal/copy/copy.ts"
import { asJournalError } from "../journal/failure.ts"
import { Journal } from "../journal/Journal.ts"
import { commandFailed } from "./failures.ts"
import type { StoreAt } from "../node/looking.ts"
import { storePlace } from "./storePlace.ts"
import { heldBy, layerAsItIs, layerMigrated, readStoreAt, storeName } from "./storeAt.ts"

const nobodyWorksOn = Effect.fnUntraced(function* (store: StoreAt) {
  const holder = yield* heldBy(store)
  if (holder === undefined) return
  return yield* new CommandFailed({
    code: "lease-held",
    message: `${holder} works on ${storeName(store)}: stop the gateway first, so that nothing changes while it is copied`
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
    if (!(yield* asJournalError(isBeginningOf(read, write)))) {
      return yield* new CommandFailed({
        code: "other-rows",
        message: `${names.to} holds messages that are not in the source: copy into an empty store, or choose another schema`
      })
    }
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
