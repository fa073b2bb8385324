import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as PlatformError from "effect/PlatformError"
import * as ChildProcess from "effect/process/ChildProcess"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Stream from "effect/Stream"
import type { Turn } from "../domain/Turn.ts"
import type { AgentBridge } from "./AgentBridge.ts"
import { AgentError, type AgentReason } from "./AgentError.ts"
import { readAnswer } from "./answer.ts"
import { readBody } from "./body.ts"
import { question } from "./question.ts"
import { stderrLines } from "./stderrLines.ts"
import { defaultTimeout, withTimeout } from "./withTimeout.ts"

/** Which command is asked, and how long it may take. */
export interface CommandOptions {
  /** The program and its arguments; no shell reads them. */
  readonly command: ReadonlyArray<string>
  /** For one turn; 120 s if absent. After it the command and everything it started is killed. */
  readonly timeout?: Duration.Input
}

/** How long the pipes are read on after the command itself has ended: something it left behind may hold them open for ever. */
const pipeGrace = Duration.seconds(1)

/** Between SIGTERM and SIGKILL. */
const killGrace = Duration.seconds(2)

const fail = (reason: AgentReason) => new AgentError({ reason })

/** The platform tells of a signal only in words. */
const signalled = (error: PlatformError.PlatformError): AgentError => {
  const { cause } = error.reason
  const signal = cause instanceof Error ? /signal: '(\w+)'/.exec(cause.message)?.[1] : undefined
  return fail({ _tag: "Exit", code: null, ...(signal !== undefined && { signal }) })
}

const notStarted = (error: PlatformError.PlatformError): AgentError =>
  fail({ _tag: "NotStarted", detail: error.reason._tag })

/**
 * A bridge to a command: the turn on its standard input (one line, then the end), the answer on its standard output, its
 * standard error into the log. It runs in a process group of its own, which is killed whole when the turn is over, cut short
 * or out of time. Its environment is ours without `ZALO_BOT_TOKEN`.
 */
export const makeCommand = (
  options: CommandOptions
): Effect.Effect<AgentBridge["Service"], never, ChildProcessSpawner.ChildProcessSpawner> =>
  Effect.map(ChildProcessSpawner.ChildProcessSpawner, (spawner) => {
    const [program = "", ...args] = options.command

    const run = Effect.fnUntraced(function* (turn: Turn) {
      if (program === "") return yield* fail({ _tag: "NotStarted", detail: "the command is empty" })
      const line = `${yield* question(turn)}\n`
      const child = yield* spawner
        .spawn(
          ChildProcess.make(program, args, {
            // The platform drops a failed write: a command need not read what it is told.
            stdin: Stream.encodeText(Stream.succeed(line)),
            env: { ZALO_BOT_TOKEN: undefined },
            extendEnv: true,
            forceKillAfter: killGrace
          })
        )
        .pipe(
          Effect.mapError(notStarted),
          // Node throws some of the system's refusals (an argument list too long) instead of reporting them.
          Effect.catchDefect(() => Effect.fail(fail({ _tag: "NotStarted", detail: "the system refused it" })))
        )
      const untilLeft = Stream.interruptWhen(Effect.exit(child.exitCode).pipe(Effect.andThen(Effect.sleep(pipeGrace))))
      const logged = stderrLines(untilLeft(child.stderr)).pipe(
        Stream.runForEach((text) => Effect.logInfo(text)),
        Effect.annotateLogs({ agent: "command", pid: child.pid, turn: turn.turnId }),
        Effect.ignore
      )
      const answered = readBody(untilLeft(child.stdout)).pipe(
        Effect.catchTag("PlatformError", () => fail({ _tag: "Unreadable", detail: "its standard output broke off" }))
      )
      const ended = Effect.gen(function* () {
        const code = yield* child.exitCode.pipe(Effect.mapError(signalled))
        if (code !== 0) return yield* fail({ _tag: "Exit", code })
      })
      // What went wrong is often said last and only to standard error: it is read to its end even if the exit code is bad.
      const [answer, end] = yield* Effect.all([answered, Effect.result(ended), logged], { concurrency: "unbounded" })
      yield* Effect.fromResult(end)
      return yield* readAnswer(answer, "unsaid")
    }, Effect.scoped)

    const ask = Effect.fn("CommandAgent.ask")(run, withTimeout(options.timeout ?? defaultTimeout))
    return { reply: (turn) => Stream.fromIterableEffect(ask(turn)) }
  })
