import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { CommandFailed } from "../cli/errors.ts"
import { environment } from "../gateway/config/environment.ts"
import { dataDir } from "../gateway/config/locate.ts"
import { Leases } from "../gateway/Leases.ts"
import * as leases from "../node/leases.ts"

const running = (directory: string, pid: string) =>
  new CommandFailed({
    code: "lease-held",
    message: `a sandbox is running on ${directory} already (${pid}): use its page, or stop it, or name another folder with ZALO_EFFECT_DATA_DIR`
  })

/**
 * The sandbox's own folder in the data directory, emptied first if asked. One sandbox at a time: nothing is taken away from
 * under one that runs.
 */
export const sandboxDir = Effect.fnUntraced(function* (options: { readonly botId: string; readonly reset: boolean }) {
  const base = yield* Effect.flatMap(environment, dataDir).pipe(Effect.provide(Path.layer))
  if (base === undefined) {
    return yield* new CommandFailed({
      code: "data-dir",
      message: "there is no place for the sandbox's data: set ZALO_EFFECT_DATA_DIR or HOME"
    })
  }
  const directory = join(base, "sandbox")
  const holder = yield* Leases.use(({ holder }) => holder(options.botId)).pipe(Effect.provide(leases.layer(directory)))
  if (Option.isSome(holder)) {
    const { value } = holder
    return yield* running(
      directory,
      value === null ? "another process" : `${value.pid} on ${value.host} since ${value.since}`
    )
  }
  return yield* Effect.try({
    try: () => {
      if (options.reset) rmSync(directory, { recursive: true, force: true })
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      return directory
    },
    catch: (cause) => new CommandFailed({ code: "data-dir", message: `${directory} cannot be used: ${String(cause)}` })
  })
})
