import { type Gateway, type GatewayOptions, serve } from "./gateway.ts"
import { freePort, start } from "./processes.ts"

/** What the gateway stands on: its journal, and how many processes share it. */
export interface Ground {
  /** Postgres; absent: SQLite in the data directory. */
  readonly storeUrl?: string | undefined
  readonly runners: number
}

/** One gateway, or several behind a proxy. They are one to whoever delivers to them. */
export const serveOn = async (ground: Ground, options: GatewayOptions): Promise<Gateway> => {
  const own = { ...options, storeUrl: ground.storeUrl }
  if (ground.runners === 1) return serve(own)
  const runners: Array<Gateway> = []
  // One after the other: the first makes the tables.
  for (let n = 0; n < ground.runners; n++) {
    runners.push(await serve({ ...own, cluster: { host: "127.0.0.1", port: await freePort() } }))
  }
  const [first] = runners
  if (first === undefined) throw new Error("a fleet has at least one runner")
  const proxy = await start(
    "proxy.ts",
    runners.map(({ port }) => String(port))
  )
  return {
    ...first,
    port: proxy.port,
    target: { ...first.target, port: proxy.port },
    pids: runners.map(({ pid }) => pid),
    readyMs: Math.max(...runners.map(({ readyMs }) => readyMs)),
    stop: async () => {
      await Promise.all(runners.map((runner) => runner.stop()))
      await proxy.stop()
    }
  }
}
