import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Stream from "effect/Stream"
import type { Turn } from "../domain/Turn.ts"
import type { AgentBridge } from "./AgentBridge.ts"
import { AgentError } from "./AgentError.ts"
import { readAnswer } from "./answer.ts"
import { readBody } from "./body.ts"
import { exitCodeOf, outputBroke, startProcess } from "./process.ts"
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

/**
 * A bridge to a command: the turn on its standard input (one line, then the end), the answer on its standard output, its
 * standard error into the log. It runs in a process group of its own, which is killed whole when the turn is over, cut short
 * or out of time. Its environment is ours without `ZALO_BOT_TOKEN`.
 */
export const makeCommand = (
  options: CommandOptions
): Effect.Effect<AgentBridge["Service"], never, ChildProcessSpawner.ChildProcessSpawner> =>
  Effect.map(ChildProcessSpawner.ChildProcessSpawner, (spawner) => {
    const run = Effect.fnUntraced(function* (turn: Turn) {
      const line = `${yield* question(turn)}\n`
      const child = yield* startProcess(spawner, options.command, Stream.succeed(line))
      const untilLeft = Stream.interruptWhen(Effect.exit(child.exitCode).pipe(Effect.andThen(Effect.sleep(pipeGrace))))
      const logged = stderrLines(untilLeft(child.stderr)).pipe(
        Stream.runForEach((text) => Effect.logInfo(text)),
        Effect.annotateLogs({ agent: "command", pid: child.pid, turn: turn.turnId }),
        Effect.ignore
      )
      const answered = readBody(untilLeft(child.stdout)).pipe(Effect.catchTag("PlatformError", () => outputBroke))
      const ended = Effect.gen(function* () {
        const code = yield* exitCodeOf(child)
        if (code !== 0) return yield* new AgentError({ reason: { _tag: "Exit", code } })
      })
      // What went wrong is often said last and only to standard error: it is read to its end even if the exit code is bad.
      const [answer, end] = yield* Effect.all([answered, Effect.result(ended), logged], { concurrency: "unbounded" })
      yield* Effect.fromResult(end)
      return yield* readAnswer(answer, "unsaid")
    }, Effect.scoped)

    const ask = Effect.fn("CommandAgent.ask")(run, withTimeout(options.timeout ?? defaultTimeout))
    return { reply: (turn) => Stream.fromIterableEffect(ask(turn)) }
  })
