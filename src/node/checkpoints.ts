import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { Worker } from "node:worker_threads"

/** Units written since the last checkpoint that make the next one worth it: some megabytes of log. */
const enough = 1_500
/** At so many pages SQLite does it itself: only if the thread is too slow (80 MB), or when it is gone. */
const fallback = 20_000
const usual = 1_000
/** A log of more pages than this (48 MB) is begun anew, which makes writers wait for a few milliseconds. */
const longest = 12_000

/** Text, because a thread needs a file of its own otherwise, which a bundle has not. */
const program = `
const { DatabaseSync } = require("node:sqlite")
const { parentPort, workerData } = require("node:worker_threads")
const db = new DatabaseSync(workerData.filename, { timeout: 1000 })
const passive = db.prepare("PRAGMA wal_checkpoint(PASSIVE)")
const restart = db.prepare("PRAGMA wal_checkpoint(RESTART)")
parentPort.on("message", () => {
  if (passive.get().log > workerData.longest) restart.get()
  parentPort.postMessage("done")
})
`

/** One request at a time; what comes meanwhile is part of the next. */
const makeThread = (filename: string) => {
  let worker: Worker | undefined
  let busy = false
  let failure: unknown
  const begin = (): Worker => {
    const fresh = new Worker(program, {
      eval: true,
      workerData: { filename, longest },
      execArgv: ["--disable-warning=ExperimentalWarning"]
    })
    fresh.on("message", () => (busy = false))
    fresh.on("error", (error) => (failure = error))
    fresh.unref()
    return fresh
  }
  return {
    failure: () => failure,
    ask: (): boolean => {
      if (busy) return false
      busy = true
      worker ??= begin()
      worker.postMessage("checkpoint", [])
      return true
    },
    end: Effect.promise(async () => {
      await worker?.terminate()
    })
  }
}

/**
 * Copies the write-ahead log into the database in a thread of its own. SQLite would do it inside a commit, on the event loop:
 * every thousand pages, for tens of milliseconds once a store is large. The thread begins when there is something to do for
 * it, so a quiet gateway never has one. Answers what is to be told after each commit.
 */
export const checkpointBeside = (
  sql: SqlClient,
  filename: string
): Effect.Effect<(units: number) => Effect.Effect<void>, SqlError, Scope.Scope> =>
  Effect.gen(function* () {
    const thread = yield* Effect.acquireRelease(
      Effect.sync(() => makeThread(filename)),
      ({ end }) => end
    )
    yield* sql.unsafe(`PRAGMA wal_autocheckpoint = ${fallback}`)
    let units = 0
    let gone = false
    const giveUp = Effect.suspend(() => {
      gone = true
      return Effect.logWarning("the thread for checkpoints ended: the event loop does its work", thread.failure()).pipe(
        Effect.andThen(Effect.ignore(sql.unsafe(`PRAGMA wal_autocheckpoint = ${usual}`)))
      )
    })
    return (written) => {
      units += written
      if (gone || units < enough) return Effect.void
      if (thread.failure() !== undefined) return giveUp
      if (thread.ask()) units = 0
      return Effect.void
    }
  })
