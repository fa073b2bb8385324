import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import type { TestProject } from "vitest/node"

/** The PostgreSQL that the suites keep their stores on. */
export type SuiteStore =
  /** `prefix`: what the names of this run's schemas begin with. They are dropped after it. */
  | { readonly kind: "server"; readonly url: string; readonly prefix: string }
  /** One inside each process of the tests, which has one connection. */
  | { readonly kind: "embedded" }

declare module "vitest" {
  export interface ProvidedContext {
    readonly suiteStore: SuiteStore
  }
}

const local = ["postgres://postgres@127.0.0.1:5432/test", "postgres://postgres@127.0.0.1:5432/postgres"]

const clientOf = (url: string) =>
  PgClient.make({ url: Redacted.make(url), maxConnections: 1, connectTimeout: "2 seconds" }).pipe(
    Effect.provide(Reactivity.layer)
  )

/** Whether schemas may be made there. */
const usable = (url: string) =>
  Effect.flatMap(
    clientOf(url),
    (sql) => sql<{ ok: boolean }>`SELECT has_database_privilege(current_database(), 'CREATE') AS ok`
  ).pipe(
    Effect.map(([row]) => row?.ok === true),
    Effect.scoped
  )

const variable = "ZALO_EFFECT_TEST_STORE_URL"

const find = Effect.gen(function* () {
  const named = process.env[variable]
  // `embedded`: whatever servers there are.
  if (named === "embedded") return undefined
  if (named !== undefined && named !== "") {
    if (yield* usable(named)) return named
    return yield* Effect.die(new Error(`${variable}: this user may not make schemas there`))
  }
  for (const url of local) if (yield* Effect.orElseSucceed(usable(url), () => false)) return url
  return undefined
})

const dropAll = (url: string, prefix: string) =>
  Effect.gen(function* () {
    const sql = yield* clientOf(url)
    const made = yield* sql<{
      name: string
    }>`SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, ${prefix})`
    for (const { name } of made) yield* sql`DROP SCHEMA ${sql(name)} CASCADE`
  }).pipe(Effect.scoped)

/** Says on which store the suites run, and leaves nothing behind on a server. */
export default async function setup(project: TestProject) {
  const url = await Effect.runPromise(find)
  if (url === undefined) {
    project.provide("suiteStore", { kind: "embedded" })
    const why = process.env[variable] === "embedded" ? `${variable} asks for it` : "no server answers at 127.0.0.1:5432"
    project.vitest.logger.log(`the suites of the store run on an embedded PostgreSQL: ${why}`)
    return
  }
  const prefix = `zalo_effect_test_${process.pid}_`
  project.provide("suiteStore", { kind: "server", url, prefix })
  const { host } = new URL(url)
  project.vitest.logger.log(`the suites of the store run on the PostgreSQL server at ${host}`)
  await Effect.runPromise(dropAll(url, prefix))
  return () => Effect.runPromise(dropAll(url, prefix))
}
