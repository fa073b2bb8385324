import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Journal } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { makeJournalProbe } from "../../src/journal/observe/probe.ts"
import { layerSqlite } from "../../src/node/store.ts"

const inMemory = layerSqlite({ filename: ":memory:", migrations: journalMigrations, migrate: true })

/** No page may be added any more: what SQLite says of a full disk. */
const fill = Effect.gen(function* () {
  const { sql } = yield* Journal
  const [{ page_count = 0 } = {}] = yield* sql<{ page_count: number }>`PRAGMA page_count`
  yield* sql.unsafe(`PRAGMA max_page_count = ${page_count}`)
})
const empty = Journal.use(({ sql }) => sql.unsafe("PRAGMA max_page_count = 1000000"))

const big = Journal.use(({ sql, write }) =>
  write(
    sql`INSERT INTO journal_probe (id, at) SELECT value + 10, 0 FROM json_each(${JSON.stringify(Array.from({ length: 20_000 }, (_, n) => n))})`
  )
)
const small = Journal.use(({ sql, write }) =>
  write(sql`INSERT INTO journal_probe (id, at) VALUES (2, 0) ON CONFLICT (id) DO UPDATE SET at = 0`)
)

it.effect(
  "the standing is of the last commit: when it was, or why it failed, and a commit that holds makes it good",
  () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* small
      assert.deepStrictEqual(yield* journal.standing, { committedAt: 0, failure: undefined })
      yield* TestClock.adjust("1 second")
      yield* fill
      assert.strictEqual((yield* Effect.flip(big))._tag, "JournalError")
      const bad = yield* journal.standing
      assert.deepStrictEqual([bad.committedAt, bad.failure?.reason], [0, "full"])
      yield* empty
      yield* small
      assert.deepStrictEqual(yield* journal.standing, { committedAt: 1_000, failure: undefined })
    }).pipe(Effect.provide(inMemory))
)

it.effect("a unit's own failure says nothing of the journal", () =>
  Effect.gen(function* () {
    const journal = yield* Journal
    yield* small
    yield* Effect.exit(journal.write(Effect.fail("mine")))
    yield* Effect.exit(journal.write(journal.sql`INSERT INTO nowhere VALUES (1)`))
    assert.strictEqual((yield* journal.standing).failure, undefined)
  }).pipe(Effect.provide(inMemory))
)

it.effect("the probe writes only where nothing was committed of late, and finds both the trouble and its end", () =>
  Effect.gen(function* () {
    const { sql } = yield* Journal
    const probe = yield* makeJournalProbe
    const probed = Effect.map(sql<{ at: number }>`SELECT at FROM journal_probe WHERE id = 1`, ([row]) => row?.at)
    yield* small
    assert.strictEqual(yield* probe, undefined)
    assert.strictEqual(yield* probed, undefined)
    yield* TestClock.adjust("15 seconds")
    assert.strictEqual(yield* probe, undefined)
    assert.strictEqual(yield* probed, 15_000)
    // What nothing can be written into is not there: the same to the probe as a full disk.
    yield* sql`ALTER TABLE journal_probe RENAME TO elsewhere`
    yield* TestClock.adjust("1 minute")
    assert.strictEqual((yield* probe)?._tag, "JournalError")
    yield* sql`ALTER TABLE elsewhere RENAME TO journal_probe`
    assert.strictEqual((yield* probe)?._tag, "JournalError", "it is not tried again within a second")
    yield* TestClock.adjust("1 second")
    assert.strictEqual(yield* probe, undefined)
  }).pipe(Effect.provide(inMemory))
)

it.effect("while nothing can be committed the probe says so, and it finds out by itself when it can", () =>
  Effect.gen(function* () {
    const probe = yield* makeJournalProbe
    yield* probe
    yield* fill
    yield* Effect.exit(big)
    yield* Journal.use(({ sql }) => sql`DELETE FROM journal_probe WHERE id = 1`)
    const trouble = yield* probe
    assert.strictEqual(trouble?.reason, "full")
    yield* empty
    yield* TestClock.adjust("1 second")
    assert.strictEqual(yield* probe, undefined)
  }).pipe(Effect.provide(inMemory))
)
