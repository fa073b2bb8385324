import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, rmSync, chownSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** Where Debian keeps the server's own programs, newest first; PATH comes before them. */
const places = (): ReadonlyArray<string> => {
  const root = "/usr/lib/postgresql"
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : []
  return [...(process.env["PATH"] ?? "").split(":"), ...versions.map((version) => join(root, version, "bin"))]
}

/** The folder with all of the server's programs; undefined where no server is installed. */
export const programs: string | undefined = places().find((place) =>
  ["initdb", "postgres", "pg_isready"].every((name) => existsSync(join(place, name)))
)

/** Why these tests are left out, behind the name of what they are about. */
export const leftOut = programs === undefined ? " (left out: no PostgreSQL server is installed here)" : ""

/** A server does not run as root: as the user that the package made, then. */
const owner = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout)
  return { uid: id("-u"), gid: id("-g") }
}

/** A PostgreSQL server of a test's own, to be killed and started as it likes. */
export interface Server {
  readonly url: string
  readonly kill: Effect.Effect<void>
  readonly start: Effect.Effect<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error())
      )
    })
  })

/** Makes a server in a folder of its own, with nothing but loopback, and starts it. */
export const startServer: Effect.Effect<Server, never, Scope.Scope> = Effect.gen(function* () {
  const bin = programs ?? ""
  const who = owner()
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "zalo-effect-postgres-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }))
  )
  const port = yield* Effect.promise(freePort)
  yield* Effect.sync(() => {
    if (who !== undefined) chownSync(folder, who.uid, who.gid)
    const made = spawnSync(
      join(bin, "initdb"),
      ["-D", join(folder, "data"), "-U", "test", "-A", "trust", "-E", "UTF8", "-N"],
      {
        ...who,
        encoding: "utf8"
      }
    )
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
    writeFileSync(join(folder, "data", "postgresql.auto.conf"), "restart_after_crash = on\n")
  })
  let child: ReturnType<typeof spawn> | undefined
  const kill = Effect.promise(
    () =>
      new Promise<void>((resolve) => {
        if (child === undefined) return resolve()
        child.once("exit", () => resolve())
        child.kill("SIGKILL")
        child = undefined
      })
  )
  const answers = () => spawnSync(join(bin, "pg_isready"), ["-h", "127.0.0.1", "-p", String(port), "-q"]).status === 0
  const start = Effect.gen(function* () {
    yield* Effect.sync(() => {
      const flags = ["-D", join(folder, "data"), "-h", "127.0.0.1", "-p", String(port), "-k", folder]
      child = spawn(join(bin, "postgres"), flags, { ...who, stdio: "ignore" })
    })
    for (let tries = 0; !answers(); tries++) {
      if (tries > 400) return yield* Effect.die(new Error("the server does not answer"))
      yield* Effect.sleep("50 millis")
    }
  })
  yield* Effect.addFinalizer(() => kill)
  yield* start
  return { url: `postgres://test@127.0.0.1:${port}/postgres`, kill, start }
})
