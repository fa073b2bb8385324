import { existsSync } from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { migrationsTable, type Migrations } from "../../src/journal/store.ts"

interface Schema {
  readonly name: string
  /** Which migrations were run in it. */
  readonly migrations: string
  /** The tables, and triggers, that they made. */
  tables: string | undefined
  /** The file that it stands for; undefined while it is nobody's. */
  filename: string | undefined
}

declare global {
  /** Each file of tests has modules of its own, and all files of a process share its schemas. */
  var zaloEffectSchemas: Array<Schema> | undefined
}

const all = (globalThis.zaloEffectSchemas ??= [])

/** Deleting a few rows is quick; making twenty-five tables is not. */
const empty = `DO $$ DECLARE t record; BEGIN
  FOR t IN SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename <> '${migrationsTable}' LOOP
    EXECUTE format('DELETE FROM %I', t.name);
  END LOOP;
  FOR t IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = current_schema() LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', t.name);
  END LOOP;
END $$`

const tablesIn = (sql: SqlClient) =>
  Effect.map(
    sql<{ name: string }>`SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()
      UNION ALL SELECT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
      WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace ORDER BY 1`,
    (rows) => rows.map(({ name }) => name).join()
  )

/** A test deletes its folder when it ends: what stood for a file in it is free then. */
const isFree = ({ filename }: Schema): boolean =>
  filename === undefined || (!filename.startsWith(":") && !existsSync(dirname(filename)))

/** Empties a schema for the next test. False: one has made tables or triggers in it, or dropped some. */
const emptied = Effect.fnUntraced(function* (schema: Schema, sql: SqlClient) {
  if ((yield* tablesIn(sql)) !== schema.tables) return false
  yield* sql.unsafe(empty)
  return true
})

/** A schema that stands for a file, and what to tell when its tables are there, and when it is needed no more. */
export interface Standing {
  readonly name: string
  readonly made: Effect.Effect<void, SqlError>
  readonly release: Effect.Effect<void>
}

/**
 * A schema that stands for this file: the same one each time, as long as the file's folder is there. Without a folder (`:memory:`)
 * it is given back by `release`.
 */
export const schemaFor = Effect.fnUntraced(function* (
  prefix: string,
  filename: string,
  migrations: Migrations,
  within: <A>(schema: string, use: (sql: SqlClient) => Effect.Effect<A, SqlError>) => Effect.Effect<A, SqlError>
): Effect.fn.Return<Standing, SqlError> {
  const keys = Object.keys(migrations).join()
  const take = Effect.gen(function* () {
    const standing = all.find((one) => one.filename === filename)
    if (standing !== undefined) return standing
    for (const one of all) {
      if (one.migrations !== keys || !isFree(one)) continue
      one.filename = filename
      if (yield* within(one.name, (sql) => emptied(one, sql))) return one
      one.filename = ":spoiled"
    }
    const fresh: Schema = {
      name: `${prefix}${process.pid}_${all.length}`,
      migrations: keys,
      tables: undefined,
      filename
    }
    all.push(fresh)
    return fresh
  })
  const schema = yield* take
  return {
    name: schema.name,
    made: Effect.suspend(() =>
      schema.tables === undefined
        ? Effect.map(within(schema.name, tablesIn), (tables) => void (schema.tables = tables))
        : Effect.void
    ),
    release: Effect.sync(() => void (schema.filename = undefined))
  }
})
