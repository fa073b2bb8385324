import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import type { SqlClient } from "effect/sql/SqlClient"
import { Journal } from "../../src/journal/Journal.ts"
import { makeWriter } from "../../src/journal/writer.ts"
import { onFile, otherProgram } from "./kit.ts"
import { onlySqlite } from "./storeAt.ts"

const table = Effect.gen(function* () {
  const { sql, write } = yield* Journal
  yield* write(sql`CREATE TABLE note (n INTEGER PRIMARY KEY, text TEXT)`)
})
/** One unit of the journal's writer. */
const put = (n: number) =>
  Effect.gen(function* () {
    const { sql, write } = yield* Journal
    yield* write(sql`INSERT INTO note VALUES (${n}, '')`)
  })
const notes = Effect.gen(function* () {
  const { query, read } = yield* Journal
  return (yield* query(read<{ n: number }>`SELECT n FROM note ORDER BY n`)).map(({ n }) => n)
})

/** The client with its transactions changed. */
const withTransactions = (sql: SqlClient, change: SqlClient["withTransaction"]): SqlClient =>
  new Proxy(sql, { get: (target, key) => (key === "withTransaction" ? change : Reflect.get(target, key)) })

/** A writer of its own, and the number of transactions that it began. */
const counted = Effect.gen(function* () {
  const { sql } = yield* Journal
  const count = { transactions: 0 }
  const write = yield* makeWriter(
    withTransactions(sql, (effect) => {
      count.transactions++
      return sql.withTransaction(effect)
    })
  )
  return { count, sql, write }
})

it.effect("what is asked for in one turn of the event loop shares one commit", () =>
  onFile(() =>
    Effect.gen(function* () {
      yield* table
      const { count, sql, write } = yield* counted
      yield* Effect.all(
        Array.from({ length: 100 }, (_, n) => write(sql`INSERT INTO note VALUES (${n}, '')`)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual((yield* notes).length, 100)
      assert.strictEqual(count.transactions, 1)
      yield* write(sql`INSERT INTO note VALUES (200, '')`)
      assert.strictEqual(count.transactions, 2)
    })
  )
)

it.effect("a batch has an end, so that another process gets its turn", () =>
  onFile(() =>
    Effect.gen(function* () {
      yield* table
      const { count, sql, write } = yield* counted
      yield* Effect.all(
        Array.from({ length: 600 }, (_, n) => write(sql`INSERT INTO note VALUES (${n}, '')`)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(count.transactions, 5)
    })
  )
)

it.effect("a unit that fails undoes itself alone, and its own error comes back", () =>
  onFile(() =>
    Effect.gen(function* () {
      yield* table
      const { sql, write } = yield* Journal
      const exits = yield* Effect.all(
        [
          Effect.exit(put(1)),
          Effect.exit(write(Effect.andThen(sql`INSERT INTO note VALUES (2, '')`, Effect.fail("mine" as const)))),
          Effect.exit(put(3)),
          Effect.exit(Effect.flip(write(sql`INSERT INTO note VALUES (3, '')`))),
          Effect.exit(write(Effect.andThen(sql`INSERT INTO note VALUES (4, '')`, Effect.die("a bug")))),
          Effect.exit(put(5))
        ],
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(yield* notes, [1, 3, 5])
      assert.deepStrictEqual(exits[1], Exit.fail("mine" as const))
      assert.isTrue(Exit.isSuccess(exits[3]) && exits[3].value._tag === "JournalError")
      assert.isTrue(Exit.hasDies(exits[4]))
      assert.isTrue(Exit.isSuccess(exits[0]) && Exit.isSuccess(exits[2]) && Exit.isSuccess(exits[5]))
    })
  )
)

onlySqlite("a unit that breaks the whole transaction does not sink the others", "it fills a file's last page", () =>
  onFile(() =>
    Effect.gen(function* () {
      yield* table
      const { sql, write } = yield* Journal
      const pages = (yield* sql<{ page_count: number }>`PRAGMA page_count`)[0]?.page_count ?? 0
      yield* sql.unsafe(`PRAGMA max_page_count = ${pages + 8}`)
      const huge = write(sql`INSERT INTO note VALUES (2, ${"x".repeat(1_000_000)})`)
      const [, full] = yield* Effect.all([put(1), Effect.flip(huge), put(3)], { concurrency: "unbounded" })
      assert.deepStrictEqual([full._tag, full.reason], ["JournalError", "full"])
      assert.deepStrictEqual(yield* notes, [1, 3])
      yield* sql.unsafe("PRAGMA max_page_count = 100000")
      yield* huge
      assert.deepStrictEqual(yield* notes, [1, 2, 3])
    })
  )
)

onlySqlite(
  "while another process writes, writing waits, reading does not, and the event loop goes on",
  "the lock is a file's",
  () =>
    onFile((filename) =>
      Effect.gen(function* () {
        yield* table
        const other = yield* otherProgram(filename)
        other.exec("BEGIN IMMEDIATE")
        const writing = yield* Effect.forkChild(put(1))
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(yield* notes, [])
        assert.isUndefined(writing.pollUnsafe())
        const started = performance.now()
        yield* TestClock.adjust("100 millis")
        assert.isBelow(performance.now() - started, 200, "a wait for the lock is not spent inside SQLite")
        other.exec("COMMIT")
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(writing)
        assert.deepStrictEqual(yield* notes, [1])
      }).pipe(Effect.scoped)
    )
)

onlySqlite(
  "who waited ten seconds for another process is told, all at once, and the next try works",
  "the lock is a file's",
  () =>
    onFile((filename) =>
      Effect.gen(function* () {
        yield* table
        const other = yield* otherProgram(filename)
        other.exec("BEGIN IMMEDIATE")
        const writing = yield* Effect.forkChild(
          Effect.all(
            [1, 2, 3].map((n) => Effect.flip(put(n))),
            { concurrency: "unbounded" }
          )
        )
        for (let i = 0; i < 13; i++) yield* TestClock.adjust("1 second")
        const errors = yield* Fiber.join(writing)
        assert.deepStrictEqual(
          errors.map((error) => error.reason),
          ["busy", "busy", "busy"]
        )
        other.exec("COMMIT")
        yield* put(4)
        assert.deepStrictEqual(yield* notes, [4])
      }).pipe(Effect.scoped)
    )
)

it.effect("who is interrupted before the commit wrote nothing, and takes nobody along", () =>
  onFile(() =>
    Effect.gen(function* () {
      yield* table
      const first = yield* Effect.forkChild(put(1), { startImmediately: true })
      const second = yield* Effect.forkChild(put(2), { startImmediately: true })
      yield* Fiber.interrupt(first)
      yield* Fiber.join(second)
      assert.deepStrictEqual(yield* notes, [2])
    })
  )
)

it.effect("what was asked for is written before the journal closes, and nothing hangs after that", () =>
  onFile(() =>
    Effect.gen(function* () {
      yield* table
      const { sql } = yield* Journal
      const scope = yield* Scope.make()
      const write = yield* Scope.provide(makeWriter(sql), scope)
      const fibers = yield* Effect.forEach([1, 2, 3], (n) =>
        Effect.forkChild(write(sql`INSERT INTO note VALUES (${n}, '')`), { startImmediately: true })
      )
      yield* Scope.close(scope, Exit.void)
      yield* Fiber.joinAll(fibers)
      assert.deepStrictEqual(yield* notes, [1, 2, 3])
      const late = yield* Effect.flip(write(sql`INSERT INTO note VALUES (4, '')`))
      assert.deepStrictEqual(late._tag === "JournalError" && late.reason, "unavailable")
    })
  )
)

it.effect("a defect in the transaction itself is told to everybody in it", () =>
  onFile(() =>
    Effect.gen(function* () {
      yield* table
      const { sql } = yield* Journal
      let broken = true
      const write = yield* makeWriter(
        withTransactions(sql, (effect) => (broken ? Effect.die(new Error("broken")) : sql.withTransaction(effect)))
      )
      const insert = (n: number) => write(sql`INSERT INTO note VALUES (${n}, '')`)
      const errors = yield* Effect.all([Effect.flip(insert(1)), Effect.flip(insert(2))], { concurrency: "unbounded" })
      assert.deepStrictEqual(
        errors.map((error) => error._tag === "JournalError" && error.reason),
        ["unavailable", "unavailable"]
      )
      broken = false
      yield* insert(3)
      assert.deepStrictEqual(yield* notes, [3])
    })
  )
)

onlySqlite("a unit answers after the commit: another program sees it then", "the other program opens the file", () =>
  onFile((filename) =>
    Effect.gen(function* () {
      yield* table
      const { sql, write } = yield* Journal
      const other = yield* otherProgram(filename)
      const seen = () => other.prepare("SELECT COUNT(*) AS n FROM note").get()?.["n"]
      const inside = yield* write(Effect.andThen(sql`INSERT INTO note VALUES (1, '')`, Effect.sync(seen)))
      assert.deepStrictEqual([inside, seen()], [0, 1])
    }).pipe(Effect.scoped)
  )
)
