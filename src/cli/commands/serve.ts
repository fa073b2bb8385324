import * as Effect from "effect/Effect"
import { config } from "../flags.ts"
import { Operations } from "../Operations.ts"
import type { Args } from "../Param.ts"
import { Platform } from "../Platform.ts"
import { announcer } from "../announce.ts"
import * as flags from "./flags.ts"

/** `serve`: the gateway, until it is told to stop. */
export const run = Effect.fn("cli.serve")(function* (args: Args) {
  const { operations } = yield* Platform
  const report = yield* announcer(args)
  yield* Operations.use((does) =>
    does.serve({
      config: { file: config.read(args) },
      host: flags.host.read(args),
      port: flags.port.read(args),
      clusterHost: flags.clusterHost.read(args),
      clusterPort: flags.clusterPort.read(args),
      wait: flags.wait.read(args),
      report
    })
  ).pipe(Effect.provide(operations))
  return undefined
})
