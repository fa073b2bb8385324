import { assert, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { copyStore } from "../../src/journal/copy/copy.ts"
import { countOf, tablesOf } from "../../src/journal/copy/catalog.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { migrations } from "../../src/gateway/layers.ts"
import { layerSqlite } from "../../src/node/store.ts"
import { admission, temporaryFile } from "./kit.ts"
import { storeAt } from "./storeAt.ts"

const at = (filename: string, target = false) =>
  Effect.map(
    Layer.build(
      Layer.fresh(
        Inbox.layerSql.pipe(
          Layer.provideMerge((target ? storeAt : layerSqlite)({ filename, migrations, migrate: true }))
        )
      )
    ),
    (context) => ({ inbox: Context.get(context, Inbox), journal: Context.get(context, Journal) })
  )

const silent = () => Effect.void

it.effect("every row arrives, whatever the databases, and a second copy changes nothing", () =>
  Effect.gen(function* () {
    const from = yield* at(yield* temporaryFile)
    const to = yield* at(yield* temporaryFile, true)
    for (let n = 0; n < 1_203; n++) yield* from.inbox.admit(admission(`c${n % 7}`, `m${n}`))
    yield* from.journal.write(
      from.journal.sql`INSERT INTO send_count (account, month, sent) VALUES ('shop', '2026-11', 12)`
    )
    const options = { from: from.journal.read, to: to.journal.sql, progress: silent }
    const done = yield* copyStore(options)
    assert.deepInclude(done, { table: "inbox", copied: 1_203, present: 1_203 })
    assert.deepInclude(done, { table: "send_count", copied: 1, present: 1 })
    assert.deepStrictEqual(
      yield* copyStore(options),
      done.map((one) => ({ ...one, copied: 0 }))
    )
    // What comes later takes a number behind all that was copied.
    assert.isTrue(yield* to.inbox.admit(admission("c0", "later")))
    const [newest] = yield* to.journal.read<{
      message_id: string
    }>`SELECT message_id FROM inbox ORDER BY seq DESC LIMIT 1`
    assert.strictEqual(newest?.message_id, "later")
  }).pipe(Effect.scoped)
)

it.effect("a copy that was cut off goes on", () =>
  Effect.gen(function* () {
    const from = yield* at(yield* temporaryFile)
    const to = yield* at(yield* temporaryFile, true)
    for (let n = 0; n < 1_100; n++) yield* from.inbox.admit(admission("c", `m${n}`))
    const cut = copyStore({
      from: from.journal.read,
      to: to.journal.sql,
      progress: ({ copied, table }) => (table === "inbox" && copied >= 500 ? Effect.interrupt : Effect.void)
    })
    yield* Effect.exit(cut)
    const half = yield* countOf(to.journal.sql, "inbox")
    assert.isBelow(half, 1_100)
    const copied: Array<number> = []
    yield* copyStore({
      from: from.journal.read,
      to: to.journal.sql,
      progress: (now) => Effect.sync(() => void (now.table === "inbox" && copied.push(now.copied)))
    })
    assert.isAbove(copied[0] ?? 0, half)
    assert.strictEqual(yield* countOf(to.journal.sql, "inbox"), 1_100)
  }).pipe(Effect.scoped)
)

it.effect("stores of different versions are not mixed", () =>
  Effect.gen(function* () {
    const from = yield* at(yield* temporaryFile)
    const to = yield* at(yield* temporaryFile, true)
    yield* from.journal.write(from.journal.sql`CREATE TABLE of_tomorrow (id TEXT PRIMARY KEY)`)
    const failed = yield* Effect.flip(copyStore({ from: from.journal.read, to: to.journal.sql, progress: silent }))
    assert.include(failed.message, "of_tomorrow(id)")
  }).pipe(Effect.scoped)
)

it.effect("each table has a key that tells its rows apart", () =>
  Effect.gen(function* () {
    const { journal } = yield* at(yield* temporaryFile, true)
    const tables = yield* tablesOf(journal.read)
    assert.isAbove(tables.length, 10)
    assert.deepStrictEqual(
      tables.filter(({ key }) => key.length === 0).map(({ name }) => name),
      []
    )
  }).pipe(Effect.scoped)
)

it.effect("a target that holds other rows is left as it is, and so is one that was worked with since", () =>
  Effect.gen(function* () {
    const from = yield* at(yield* temporaryFile)
    const to = yield* at(yield* temporaryFile, true)
    for (let n = 0; n < 3; n++) yield* from.inbox.admit(admission("c", `m${n}`))
    const options = { from: from.journal.read, to: to.journal.sql, progress: silent }
    // The same number, another message.
    yield* to.inbox.admit(admission("c", "of another bot"))
    const failed = yield* Effect.flip(copyStore(options))
    assert.deepInclude(failed, { _tag: "CopyFailed", reason: "target-differs" })
    assert.strictEqual(yield* countOf(to.journal.sql, "inbox"), 1)

    const second = yield* at(yield* temporaryFile, true)
    yield* copyStore({ ...options, to: second.journal.sql })
    yield* from.journal.write(from.journal.sql`UPDATE inbox SET state = 'done' WHERE message_id = 'm1'`)
    const moved = yield* Effect.flip(copyStore({ ...options, to: second.journal.sql }))
    assert.include(moved.message, "inbox has a row 2 of its own")
  }).pipe(Effect.scoped)
)

it.effect("numbers go on behind those that were given, though their rows be gone, in every table that has some", () =>
  Effect.gen(function* () {
    const from = yield* at(yield* temporaryFile)
    const to = yield* at(yield* temporaryFile, true)
    const schedule = (name: string) => ({
      account: "shop",
      name,
      parts: "[]",
      zone: "UTC",
      single: 0,
      state: "active",
      created_at: 1,
      created_by: "cli"
    })
    const insert = ({ journal: { sql, write } }: typeof from, name: string) =>
      write(sql`INSERT INTO schedule ${sql.insert(schedule(name))}`)
    for (const name of ["one", "two", "three"]) yield* insert(from, name)
    yield* from.journal.write(from.journal.sql`DELETE FROM schedule WHERE name = 'three'`)
    yield* copyStore({ from: from.journal.read, to: to.journal.sql, progress: silent })
    yield* insert(to, "four")
    const rows = yield* to.journal.read<{ id: number }>`SELECT id FROM schedule ORDER BY id`
    assert.deepStrictEqual(
      rows.map(({ id }) => Number(id)),
      [1, 2, 4]
    )
  }).pipe(Effect.scoped)
)
