import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Runtime from "effect/Runtime"
import { Operator } from "../cli/Operator.ts"
import { Platform } from "../cli/Platform.ts"
import type { Run } from "../cli/runner.ts"
import { ProgramVersion } from "../gateway/ProgramVersion.ts"
import { Terminal } from "../cli/Terminal.ts"
import { operator } from "./operator.ts"
import { terminal } from "./terminal.ts"

/** Two signals closer than this are one: `npm` passes on the Ctrl-C that the terminal has sent to us already. In ms. */
const oneSignal = 500

/** Leaves with the program's exit code. A second signal does not wait for the first one's stop. */
const makeRunMain = (interrupted: number) =>
  Runtime.makeRunMain(({ fiber, teardown }) => {
    let first: number | undefined
    const onSignal = () => {
      const now = performance.now()
      if (first === undefined) {
        first = now
        fiber.interruptUnsafe(fiber.id)
      } else if (now - first > oneSignal) process.exit(interrupted)
    }
    process.on("SIGINT", onSignal)
    process.on("SIGTERM", onSignal)
    // A stream that broke has left its own code.
    fiber.addObserver((exit) => teardown(exit, (code) => process.exit(code || process.exitCode)))
  })

/** Runs one call of the program in this process, and ends the process. */
export const runProcess = (run: Run, platform: Platform["Service"], version = "unknown"): void =>
  makeRunMain(run.interrupted)(
    run.program.pipe(
      Effect.provideService(Terminal, terminal()),
      Effect.provideService(Platform, platform),
      Effect.provideService(Operator, operator),
      Effect.provideService(ProgramVersion, version),
      // Commands are not traced; a server switches it on for itself.
      Effect.withTracerEnabled(false)
    ),
    {
      disableErrorReporting: true,
      teardown: (exit, leave) => {
        if (Exit.isSuccess(exit)) leave(typeof exit.value === "number" ? exit.value : 0)
        else leave(Cause.hasInterruptsOnly(exit.cause) ? run.interrupted : 1)
      }
    }
  )
