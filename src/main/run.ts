import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Runtime from "effect/Runtime"
import { Platform } from "../cli/Platform.ts"
import type { Run } from "../cli/runner.ts"
import { Terminal } from "../cli/Terminal.ts"
import { terminal } from "./terminal.ts"

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

/** Runs one call of the program in this process, and ends the process. */
export const runProcess = (run: Run, platform: Platform["Service"]): void =>
  runMain(run.program.pipe(Effect.provideService(Terminal, terminal()), Effect.provideService(Platform, platform)), {
    disableErrorReporting: true,
    teardown: (exit, leave) => {
      if (Exit.isSuccess(exit)) leave(typeof exit.value === "number" ? exit.value : 0)
      else leave(Cause.hasInterruptsOnly(exit.cause) ? run.interrupted : 1)
    }
  })
