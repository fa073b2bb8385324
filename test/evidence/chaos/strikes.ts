import { spawnSync } from "node:child_process"
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Chance } from "../../chaos/chance.ts"
import type { Strike } from "../../chaos/loop.ts"
import type { Server } from "../../postgres/server.ts"

const temporary = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "zalo-effect-evidence-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }))
)

/** The database server dies and comes back. */
export const serverDies = (server: Server, chance: Chance): Strike => ({
  now: Effect.gen(function* () {
    yield* server.kill
    yield* Effect.sleep(chance.between(0, 300))
    yield* server.start
  })
})

/** A small disk, and a strike that fills it for a while. Undefined where none can be mounted. */
export const smallDisk = Effect.fnUntraced(function* (
  chance: Chance
): Effect.fn.Return<{ readonly folder: string; readonly strike: Strike } | undefined, never, Scope.Scope> {
  const folder = yield* temporary
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=48m", "tmpfs", folder]).status === 0
  if (!mounted) return undefined
  yield* Effect.addFinalizer(() => Effect.sync(() => void spawnSync("umount", ["-l", folder])))
  const data = join(folder, "data")
  mkdirSync(data)
  const ballast = join(folder, "ballast")
  const fill = Effect.sync(() => {
    const file = openSync(ballast, "w")
    for (const block of [Buffer.alloc(1 << 20), Buffer.alloc(4096)]) {
      try {
        for (;;) writeSync(file, block)
      } catch {
        // Full, which is what was wanted.
      }
    }
    closeSync(file)
  })
  const now = Effect.gen(function* () {
    yield* fill
    yield* Effect.sleep(chance.between(200, 1_500))
    yield* Effect.sync(() => rmSync(ballast))
  })
  return { folder: data, strike: { now } }
})

const libraries = ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime"]

/** A clock that is set to something else at each strike. Undefined where libfaketime is not installed. */
export const jumpingClock = Effect.fnUntraced(function* (
  chance: Chance
): Effect.fn.Return<
  { readonly env: Readonly<Record<string, string>>; readonly strike: Strike } | undefined,
  never,
  Scope.Scope
> {
  const library = libraries.map((folder) => join(folder, "libfaketime.so.1")).find((file) => existsSync(file))
  if (library === undefined) return undefined
  const file = join(yield* temporary, "offset")
  const set = (seconds: number) => Effect.sync(() => writeFileSync(file, `${seconds < 0 ? "" : "+"}${seconds}\n`))
  yield* set(0)
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      // A clock that is set moves the wall's time only.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1"
    },
    strike: { now: Effect.suspend(() => set(chance.between(-3_600, 3_600))) }
  }
})
