import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as PlatformError from "effect/PlatformError"
import * as ChildProcess from "effect/process/ChildProcess"
import type { ChildProcessHandle, ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type { Scope } from "effect/Scope"
import * as Stream from "effect/Stream"
import { AgentError } from "./AgentError.ts"

/** Between SIGTERM and SIGKILL. */
const killGrace = Duration.seconds(2)

const notStarted = (detail: string) => new AgentError({ reason: { _tag: "NotStarted", detail } })

/** The platform tells of a signal only in words. */
const signalled = (error: PlatformError.PlatformError): AgentError => {
  const { cause } = error.reason
  const signal = cause instanceof Error ? /signal: '(\w+)'/.exec(cause.message)?.[1] : undefined
  return new AgentError({ reason: { _tag: "Exit", code: null, ...(signal !== undefined && { signal }) } })
}

/** Nothing more can be read of what it says. */
export const outputBroke = new AgentError({ reason: { _tag: "Unreadable", detail: "its standard output broke off" } })

/**
 * Starts an agent's command: no shell, a process group of its own that is killed whole with the scope, and our environment
 * without `ZALO_BOT_TOKEN`.
 */
export const startProcess = (
  spawner: ChildProcessSpawner["Service"],
  [program = "", ...args]: ReadonlyArray<string>,
  stdin: Stream.Stream<string>
): Effect.Effect<ChildProcessHandle, AgentError, Scope> =>
  program === ""
    ? Effect.fail(notStarted("the command is empty"))
    : spawner
        .spawn(
          ChildProcess.make(program, args, {
            // The platform drops a failed write: a command need not read what it is told.
            stdin: Stream.encodeText(stdin),
            env: { ZALO_BOT_TOKEN: undefined },
            extendEnv: true,
            forceKillAfter: killGrace
          })
        )
        .pipe(
          Effect.mapError((error) => notStarted(error.reason._tag)),
          // Node throws some of the system's refusals (an argument list too long) instead of reporting them.
          Effect.catchDefect(() => Effect.fail(notStarted("the system refused it")))
        )

/** How it ended; a signal is a failure. */
export const exitCodeOf = (child: ChildProcessHandle): Effect.Effect<number, AgentError> =>
  Effect.mapError(child.exitCode, signalled)
