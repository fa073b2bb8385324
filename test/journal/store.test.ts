import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { layerSqlite } from "../../src/node/store.ts"
import { admission, otherProgram, temporaryFile } from "./kit.ts"

const opened = (filename: string, migrate: boolean, migrations = journalMigrations) =>
  Effect.scoped(Layer.build(Layer.fresh(layerSqlite({ filename, migrations, migrate }))))

const refused = (filename: string, migrations = journalMigrations) =>
  Effect.map(Effect.flip(opened(filename, false, migrations)), (error) => [error.reason, error.message] as const)

it.effect("a command that only looks makes no file", () =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    const [reason] = yield* refused(filename)
    assert.strictEqual(reason, "unavailable")
    assert.isFalse(fs.existsSync(filename))
    assert.isFalse(fs.existsSync(`${filename}-wal`))
  }).pipe(Effect.scoped)
)

it.effect("nor does it change a file that is no store", () =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    fs.writeFileSync(filename, "")
    const [reason] = yield* refused(filename)
    assert.strictEqual(reason, "schema")
    assert.strictEqual(fs.statSync(filename).size, 0)
    fs.writeFileSync(filename, "this is a letter, not a database, and it is long enough to be looked at".repeat(20))
    const [broken] = yield* refused(filename)
    assert.strictEqual(broken, "corrupt")
  }).pipe(Effect.scoped)
)

it.effect("a store of a newer version is refused, one of an older version must be migrated first", () =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    yield* opened(filename, true)
    yield* opened(filename, false)
    const later = { ...journalMigrations, "0099_later": Effect.void }
    const [older, remedy] = yield* refused(filename, later)
    assert.strictEqual(older, "schema")
    assert.match(remedy, /serve/)
    yield* opened(filename, true, later)
    const [newer, advice] = yield* refused(filename)
    assert.strictEqual(newer, "schema")
    assert.match(advice, /newer zalo-effect/)
  }).pipe(Effect.scoped)
)

it.effect("a newer store is refused by who migrates, too", () =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    yield* opened(filename, true, { ...journalMigrations, "0099_later": Effect.void })
    const error = yield* Effect.flip(opened(filename, true))
    assert.strictEqual(error.reason, "schema")
  }).pipe(Effect.scoped)
)

it.effect("only the owner may read what people wrote", () =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    yield* Effect.scoped(
      Effect.gen(function* () {
        yield* Layer.build(Layer.fresh(layerSqlite({ filename, migrations: journalMigrations, migrate: true })))
        for (const file of [filename, `${filename}-wal`, `${filename}-shm`]) {
          assert.strictEqual(fs.statSync(file).mode & 0o077, 0, file)
        }
      })
    )
  }).pipe(Effect.scoped)
)

it.effect("it is told when another program wrote, and not when this one did", () =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    yield* Effect.gen(function* () {
      const { changedElsewhere } = yield* Journal
      yield* Inbox.use((inbox) => inbox.admit(admission("a", "m1")))
      assert.isFalse(yield* changedElsewhere)
      const other = yield* otherProgram(filename)
      other.exec("UPDATE inbox SET attempts = 1")
      assert.isTrue(yield* changedElsewhere)
      assert.isFalse(yield* changedElsewhere)
    }).pipe(
      Effect.provide(
        Inbox.layerSql.pipe(Layer.provideMerge(layerSqlite({ filename, migrations: journalMigrations, migrate: true })))
      )
    )
  }).pipe(Effect.scoped)
)

it.effect("everything committed is on the disk: write-ahead log, full synchronisation, read-only readers", () =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    yield* Effect.gen(function* () {
      const { query, read, sql } = yield* Journal
      const pragma = (client: typeof sql, name: string) =>
        Effect.map(client.unsafe<Record<string, unknown>>(`PRAGMA ${name}`), ([row]) => row?.[name])
      assert.deepStrictEqual(
        [yield* pragma(sql, "journal_mode"), yield* pragma(sql, "synchronous"), yield* pragma(sql, "foreign_keys")],
        ["wal", 2, 1]
      )
      const error = yield* Effect.flip(query(read`DELETE FROM inbox`))
      assert.strictEqual(error.reason, "readonly")
    }).pipe(Effect.provide(layerSqlite({ filename, migrations: journalMigrations, migrate: true })))
  }).pipe(Effect.scoped)
)
