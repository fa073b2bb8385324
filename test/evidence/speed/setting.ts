import type { Bench } from "../../bench/Bench.ts"
import type { Ground } from "../../bench/fleet.ts"
import type { LoadCommands } from "../../bench/load.ts"
import { start } from "../../bench/processes.ts"
import type { WorldCommands } from "../../bench/world/main.ts"
import type { Given, World } from "../Evidence.ts"
import { type Databases, openDatabases } from "../postgres.ts"

/** What the measurements of a part share. */
export interface Setting {
  readonly bench: Bench
  readonly databases: Databases | undefined
  /** The stores and numbers of runners that this machine allows, SQLite first. */
  readonly worlds: ReadonlyArray<World>
  /** A fresh ground of that kind. */
  readonly groundOf: (
    world: World
  ) => Promise<Ground & { readonly query?: Awaited<ReturnType<Databases["make"]>>["query"] }>
}

/** Runs measurements with a fake platform, a load generator and a database server, and closes them. */
export const withSetting = async <A>(given: Given, run: (setting: Setting) => Promise<A>): Promise<A> => {
  const databases = await openDatabases(given)
  const world = await start<WorldCommands>("world/main.ts")
  const load = await start<LoadCommands>("load.ts")
  const quick = given.size === "small"
  const bench: Bench = { quick, rounds: quick ? 1 : 3, world, load, say: given.say }
  const onPostgres =
    databases === undefined
      ? []
      : Array.from({ length: given.runners }, (_, n) => ({ store: "postgres", runners: n + 1 }) as const)
  try {
    return await run({
      bench,
      databases,
      worlds: [{ store: "sqlite", runners: 1 }, ...onPostgres],
      groundOf: async ({ runners, store }) => {
        if (store === "sqlite") return { runners }
        if (databases === undefined) throw new Error("there is no Postgres server")
        const { query, url } = await databases.make()
        return { runners, storeUrl: url, query }
      }
    })
  } finally {
    await Promise.all([world.stop(), load.stop()])
    await databases?.close()
  }
}
