import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Holder, LeaseHeld, Leases, LeaseUnavailable } from "../gateway/Leases.ts"

const HolderFile = Schema.fromJsonString(Holder)

/** Only what a file name can hold: a token's first part is whatever its owner typed. */
const fileOf = (directory: string, botId: string): string =>
  path.join(directory, `lease-${botId.replaceAll(/[^A-Za-z0-9_-]/g, "_")}`)

/** Somebody who only asks who holds it has it alone for a moment: a lease is not given up before that has passed. */
const again = { times: 2, schedule: Schedule.spaced("20 millis") }

const describe = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const isBusy = (cause: unknown): boolean =>
  typeof cause === "object" && cause !== null && "errcode" in cause && cause.errcode === 5

/** Opens the lock and tries to have it alone. Undefined: somebody else has. */
const lock = (file: string): DatabaseSync | undefined => {
  const db = new DatabaseSync(`${file}.lock`, { timeout: 0 })
  try {
    db.exec("BEGIN EXCLUSIVE")
    return db
  } catch (cause) {
    db.close()
    if (isBusy(cause)) return undefined
    throw cause
  }
}

const readHolder = (file: string): Holder | null => {
  try {
    return Schema.decodeUnknownSync(HolderFile)(fs.readFileSync(`${file}.json`, "utf8"))
  } catch {
    return null
  }
}

/**
 * Leases as files in `directory`. The lock is SQLite's own on an empty database, held by an open transaction: the kernel
 * frees it when the process is gone, so nothing stale can be left. Who holds it is written beside it.
 */
export const layer = (directory: string): Layer.Layer<Leases> =>
  Layer.succeed(Leases, {
    take: Effect.fnUntraced(function* (botId: string) {
      const file = fileOf(directory, botId)
      const since = DateTime.formatIso(DateTime.makeUnsafe(yield* Clock.currentTimeMillis))
      const attempt = Effect.try({
        try: () => {
          fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
          const db = lock(file)
          if (db !== undefined) {
            const holder = Schema.encodeSync(HolderFile)({ pid: process.pid, host: os.hostname(), since })
            fs.writeFileSync(`${file}.json`, holder, { mode: 0o600 })
          }
          return db
        },
        catch: (cause) => new LeaseUnavailable({ detail: describe(cause) })
      })
      const taken = Effect.flatMap(attempt, (db) =>
        db === undefined ? Effect.fail(new LeaseHeld({ botId, holder: readHolder(file) })) : Effect.succeed(db)
      ).pipe(Effect.retry({ ...again, while: (error) => error._tag === "LeaseHeld" }))
      yield* Effect.acquireRelease(taken, (db) => Effect.sync(() => db.close()))
    }),

    holder: (botId) =>
      Effect.sync(() => {
        const file = fileOf(directory, botId)
        if (!fs.existsSync(`${file}.lock`)) return Option.none()
        try {
          const db = lock(file)
          db?.close()
          return db === undefined ? Option.some(readHolder(file)) : Option.none()
        } catch {
          return Option.none()
        }
      })
  })
