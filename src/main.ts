import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import { Platform } from "./cli/Platform.ts"
import { prepare } from "./cli/runner.ts"
import { Terminal } from "./cli/Terminal.ts"
import { terminal } from "./main/terminal.ts"

/** A layer whose module is read when it is first built. */
const lazy = <A, E, R>(load: () => Promise<Layer.Layer<A, E, R>>): Layer.Layer<A, E, R> =>
  Layer.unwrap(Effect.promise(load))

const platform: Platform["Service"] = {
  files: lazy(() => import("./main/files.ts").then((module) => module.layer)),
  store: lazy(() => import("./main/store.ts").then((module) => module.layer)),
  operations: lazy(() => import("./main/operations.ts").then((module) => module.layer))
}

/** Leaves with the program's exit code. A second signal does not wait for the first one's stop. */
const runMain = Runtime.makeRunMain(({ fiber, teardown }) => {
  let signalled = false
  const onSignal = () => {
    if (signalled) process.exit(1)
    signalled = true
    fiber.interruptUnsafe(fiber.id)
  }
  process.on("SIGINT", onSignal)
  process.on("SIGTERM", onSignal)
  // A stream that broke has left its own code.
  fiber.addObserver((exit) => teardown(exit, (code) => process.exit(code || process.exitCode)))
})

/** The command line: where `cli` and `node` meet. Called by `bin`. */
export const main = (argv: ReadonlyArray<string>, version: string): void => {
  const run = prepare(argv, version)
  runMain(run.program.pipe(Effect.provideService(Terminal, terminal()), Effect.provideService(Platform, platform)), {
    disableErrorReporting: true,
    teardown: (exit, leave) => {
      if (Exit.isSuccess(exit)) leave(typeof exit.value === "number" ? exit.value : 0)
      else leave(Cause.hasInterruptsOnly(exit.cause) ? run.interrupted : 1)
    }
  })
}
