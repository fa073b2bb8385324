import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { SqlClient } from "effect/sql/SqlClient"
import { ConnectionError, isSqlError, SqlError } from "effect/sql/SqlError"
import { asJournalError, isBusy, journalError } from "./failure.ts"
import type { Journal } from "./Journal.ts"

/** Units in one transaction, at most: a longer one would keep other processes from writing for too long. */
const maxBatch = 128

interface Unit {
  /** Runs the SQL as it is and keeps its exit. Fails when it failed, so that the transaction does not hold. */
  readonly plain: Effect.Effect<void, Refused>
  /** The same in a savepoint, which undoes it alone when it failed. */
  readonly guarded: Effect.Effect<void, SqlError>
  readonly settle: () => void
  /** Why its own failure is the store's, where it is. */
  readonly lost: () => SqlError | undefined
  /** Tells that the transaction around it did not hold. */
  readonly fail: (error: SqlError) => void
  cancelled: boolean
}

/** Another process is writing: soon again, for about ten seconds. */
const whileBusy = Schedule.min([Schedule.exponential("5 millis"), Schedule.spaced("100 millis")]).pipe(
  Schedule.setInputType<unknown>(),
  Schedule.while(({ input }) => isSqlError(input) && isBusy(input)),
  Schedule.upTo({ duration: "10 seconds" })
)

/** The connection broke at a commit: the database may be on its way back. */
const whileAway = Schedule.min([Schedule.exponential("20 millis"), Schedule.spaced("500 millis")]).pipe(
  Schedule.upTo({ duration: "10 seconds" })
)

/** Nobody knows whether a transaction was committed: its units may not be run again. */
class InDoubt {
  readonly _tag = "InDoubt"
  readonly error: SqlError
  constructor(error: SqlError) {
    this.error = error
  }
}

/** Some unit of a batch failed: it is run again with savepoints. */
const refused = { _tag: "Refused" } as const
type Refused = typeof refused

/** For a database behind a network, that others write to as well. */
export interface Shared {
  /** The first SQL of each transaction: keeps every other writer out until it ends, and leaves the batch's number as a mark. */
  begin(batch: number): Effect.Effect<void, SqlError>
  /** Whether the batch of that number was committed; asked in a transaction of its own. */
  held(batch: number): Effect.Effect<boolean, SqlError>
}

export interface WriterHooks {
  readonly shared?: Shared | undefined
  /** Told after each commit how many units were in it. */
  readonly committed?: ((units: number) => Effect.Effect<void>) | undefined
  /** Told after each batch whether anything could be committed. */
  readonly tried?: ((failure: SqlError | undefined) => Effect.Effect<void>) | undefined
  /** Fails while nothing may be written, whatever the database itself would say. */
  readonly mayWrite?: Effect.Effect<void, SqlError> | undefined
}

/**
 * Group commit: whatever is asked for in one turn of the event loop shares one transaction and one fsync. A batch in which
 * a unit fails is undone and run again with a savepoint around each unit, so that a failure undoes that unit alone
 * (savepoints in every batch cost a third of its throughput). When the transaction itself does not hold, its units are
 * tried one by one: one bad message cannot sink the others. Whatever happens, every unit is answered.
 *
 * Units read before they write, and rely on SQLite's single writer for that; a shared database has one for as long as each
 * transaction lasts (`Shared`). Its commits are known to have held or not, also where the connection broke before it said
 * so: no unit is done twice. Where even that cannot be asked, the units have failed, and may have been done.
 */
export const makeWriter = (
  sql: SqlClient,
  { committed, mayWrite, shared, tried }: WriterHooks = {}
): Effect.Effect<Journal["Service"]["write"], never, Scope.Scope> =>
  Effect.gen(function* () {
    let pending: Array<Unit> = []
    let closed = false
    const some = Latch.makeUnsafe(false)

    let batches = 0
    const sharing = <E>(steps: Effect.Effect<void, E>, { begin, held }: Shared) =>
      Effect.gen(function* () {
        const batch = ++batches
        let ran = false
        const done = Effect.sync(() => void (ran = true))
        const failure = yield* failureOf(
          sql.withTransaction(begin(batch).pipe(Effect.andThen(steps), Effect.andThen(done))).pipe(
            // Nothing can be rolled back on a connection that broke: the driver takes that for a defect.
            Effect.catchDefect((defect) => (isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect)))
          )
        )
        if (failure === undefined) return
        if (!ran || !isSqlError(failure)) return yield* Effect.fail(failure)
        // The answer to the commit is what was lost: the mark tells.
        const known = yield* sql.withTransaction(held(batch)).pipe(
          Effect.retry(whileAway),
          Effect.mapError((error) => new InDoubt(error))
        )
        if (!known) return yield* Effect.fail(failure)
      })

    const inTransaction = <E>(steps: Effect.Effect<void, E>) => {
      const transaction: Effect.Effect<void, E | SqlError | InDoubt> =
        shared === undefined ? sql.withTransaction(steps) : sharing(steps, shared)
      return Effect.retry(Effect.andThen(mayWrite ?? Effect.void, transaction), { schedule: whileBusy })
    }

    const oneByOne = Effect.fnUntraced(function* (units: ReadonlyArray<Unit>) {
      let busy: SqlError | undefined
      let held = false
      let last: SqlError | undefined
      for (const unit of units) {
        // Ten seconds of waiting were enough for all of them.
        const failed = busy ?? (yield* failureOf(inTransaction(unit.plain)))
        const failure = failed instanceof InDoubt ? failed.error : failed
        // One that was refused has its own exit.
        if (failure === undefined || !isSqlError(failure)) {
          held ||= failure === undefined
          last = unit.lost() ?? last
          continue
        }
        last = failure
        unit.fail(failure)
        if (isBusy(failure)) busy = failure
      }
      return held ? undefined : last
    })

    const given = (units: ReadonlyArray<Unit>, failure: SqlError) => {
      units.forEach((unit) => unit.fail(failure))
      return failure
    }

    const commit = Effect.fnUntraced(function* (units: ReadonlyArray<Unit>) {
      const failure = yield* failureOf(inTransaction(each(units, (unit) => unit.plain)))
      if (failure === undefined) return undefined
      if (failure instanceof InDoubt) return given(units, failure.error)
      if (isSqlError(failure) && isBusy(failure)) return given(units, failure)
      const again = yield* failureOf(inTransaction(each(units, (unit) => unit.guarded)))
      if (again instanceof InDoubt) return given(units, again.error)
      return again === undefined ? undefined : yield* oneByOne(units)
    })

    const drain = Effect.gen(function* () {
      // The rest of this turn of the event loop may have more to write.
      yield* Effect.yieldNow
      const units = pending.length > maxBatch ? pending.splice(0, maxBatch) : pending
      if (units === pending) {
        pending = []
        some.closeUnsafe()
      }
      const wanted = units.filter((unit) => !unit.cancelled)
      if (wanted.length === 0) return
      const failure = yield* Effect.catchCause(commit(wanted), (cause) => {
        const error = unusable("the journal's writer met a defect")
        wanted.forEach((unit) => unit.fail(error))
        return Effect.as(Effect.logError("the journal's writer met a defect", cause), error)
      })
      if (tried !== undefined) yield* tried(failure)
      wanted.forEach((unit) => unit.settle())
      if (committed !== undefined) yield* committed(wanted.length)
    })

    yield* Effect.addFinalizer(() =>
      Effect.andThen(
        Effect.whileLoop({ while: () => pending.length > 0, body: () => drain, step: () => {} }),
        Effect.sync(() => void (closed = true))
      )
    )
    yield* some.await.pipe(
      Effect.andThen(Effect.uninterruptible(drain)),
      Effect.forever,
      Effect.withTracerEnabled(false),
      Effect.forkScoped
    )

    const savepoint = sql.unsafe("SAVEPOINT unit")
    const release = sql.unsafe("RELEASE SAVEPOINT unit")
    const undo = Effect.andThen(sql.unsafe("ROLLBACK TO SAVEPOINT unit"), release)

    return <A, E>(unit: Effect.Effect<A, E>) =>
      asJournalError(
        Effect.callback<A, E | SqlError>((resume) => {
          if (closed) return resume(Effect.fail(unusable("it was closed")))
          let exit: Exit.Exit<A, E | SqlError> | undefined
          const run = Effect.map(Effect.exit(unit), (ended) => (exit = ended))
          const entry: Unit = {
            cancelled: false,
            plain: Effect.flatMap(run, (ended) => (Exit.isSuccess(ended) ? Effect.void : Effect.fail(refused))),
            guarded: Effect.gen(function* () {
              yield* savepoint
              const ended = yield* run
              if (Exit.isSuccess(ended)) return yield* release
              // SQLite may have ended the transaction itself.
              const lost = storeFailure(ended.cause)
              if (lost !== undefined) return yield* lost
              yield* undo
            }),
            lost: () => (exit !== undefined && Exit.isFailure(exit) ? storeFailure(exit.cause) : undefined),
            settle: () => resume(exit ?? neverRun),
            fail: (error) => {
              exit = Exit.fail(error)
            }
          }
          pending.push(entry)
          some.openUnsafe()
          return Effect.sync(() => {
            entry.cancelled = true
          })
        })
      )
  })

const neverRun = Exit.die("a journal unit was never run")

const unusable = (message: string): SqlError =>
  new SqlError({ reason: new ConnectionError({ message, operation: "write", cause: undefined }) })

const each = <E>(units: ReadonlyArray<Unit>, step: (unit: Unit) => Effect.Effect<void, E>): Effect.Effect<void, E> => {
  let i = 0
  return Effect.suspend(() => {
    i = 0
    return Effect.whileLoop({
      while: () => i < units.length,
      body: () => {
        const unit = units[i++]
        return unit === undefined ? Effect.void : step(unit)
      },
      step: () => {}
    })
  })
}

const failureOf = <E>(effect: Effect.Effect<void, E>): Effect.Effect<E | undefined> =>
  Effect.match(effect, { onFailure: (error): E | undefined => error, onSuccess: () => undefined })

/** A full disk or a broken file is the transaction's failure, not the unit's own. */
const storeFailure = (cause: Cause.Cause<unknown>): SqlError | undefined => {
  for (const reason of cause.reasons) {
    if (Cause.isFailReason(reason) && isSqlError(reason.error)) {
      const { reason: why } = journalError(reason.error)
      if (why === "full" || why === "readonly" || why === "corrupt" || why === "busy") return reason.error
    }
  }
  return undefined
}
