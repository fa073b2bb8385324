import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { SqlClient } from "effect/sql/SqlClient"
import { Worker } from "node:worker_threads"

/** How often it is looked whether there was enough written. */
const every = "250 millis"
/** Rows written since the last checkpoint that make the next one worth it: some megabytes of log. */
const enough = 500
/** At so many pages SQLite does it itself: only if the thread is too slow (80 MB), or when it is gone. */
const fallback = 20_000
const usual = 1_000
/** A log of more pages than this (16 MB) is begun anew, which makes writers wait for a few milliseconds. */
const longest = 4_000

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

const changesOf = (sql: SqlClient) =>
  Effect.map(sql<{ n: number }>`SELECT total_changes() AS n`, (rows) => rows[0]?.n ?? 0)

/**
 * Copies the write-ahead log into the database in a thread of its own. SQLite would do it inside a commit, on the event loop:
 * every thousand pages, for tens of milliseconds once a store is large. The thread begins when there is something to do for
 * it, so a quiet gateway never has one.
 */
export const checkpointBeside = (sql: SqlClient, filename: string): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const thread = yield* Effect.acquireRelease(
      Effect.sync(() => makeThread(filename)),
      ({ end }) => end
    )
    yield* Effect.ignore(sql.unsafe(`PRAGMA wal_autocheckpoint = ${fallback}`))
    let asked = yield* Effect.orElseSucceed(changesOf(sql), () => 0)
    const look = Effect.gen(function* () {
      const failure = thread.failure()
      if (failure !== undefined) return yield* Effect.fail(failure)
      const changes = yield* changesOf(sql)
      if (changes - asked >= enough && thread.ask()) asked = changes
    })
    yield* look.pipe(
      Effect.repeat(Schedule.spaced(every)),
      Effect.catch((error) =>
        Effect.andThen(
          Effect.logWarning(`the thread for checkpoints ended, the event loop has to do it: ${String(error)}`),
          Effect.ignore(sql.unsafe(`PRAGMA wal_autocheckpoint = ${usual}`))
        )
      ),
      Effect.withTracerEnabled(false),
      Effect.forkScoped
    )
  })
