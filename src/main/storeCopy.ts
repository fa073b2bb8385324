import { existsSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CommandFailed } from "../cli/errors.ts"
import type { Copied, CopyOptions } from "../cli/storeOperations.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
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
    const place = yield* storePlace(options.config.file)
    const [from, to] = [readStoreAt(options.from, place), readStoreAt(options.to, place)]
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
      tables: Object.fromEntries(done.map(({ copied, present, table }) => [table, { copied, present }]))
    }
  }).pipe(
    Effect.scoped,
    Effect.catchTags({
      JournalError: (error) => Effect.fail(commandFailed(error)),
      CopyFailed: ({ message, reason }) => Effect.fail(new CommandFailed({ code: reason, message }))
    })
  )
