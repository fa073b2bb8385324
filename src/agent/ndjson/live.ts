import type * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type { ChildProcessHandle, ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { AgentError } from "../AgentError.ts"
import { maxAnswerBytes } from "../body.ts"
import { exitCodeOf, outputBroke, startProcess } from "../process.ts"
import { stderrLines } from "../stderrLines.ts"
import { readLine } from "./answers.ts"
import type { InFlight, Process } from "./InFlight.ts"
import { Lines } from "./Lines.ts"

/** How long it is listened to after its end, and waited for after its last word. */
const grace = Duration.seconds(1)

/** How long it may take to leave once its input was closed. */
const leave = Duration.seconds(2)

const hanging = new AgentError({
  reason: { _tag: "Unavailable", detail: "its command hangs: it said nothing until a turn's time was up" }
})

const endOf = (child: ChildProcessHandle): Effect.Effect<AgentError> =>
  Effect.match(exitCodeOf(child), {
    onFailure: (error) => error,
    onSuccess: (code) => new AgentError({ reason: { _tag: "Exit", code } })
  })

const listen = (child: ChildProcessHandle, process: Process, inFlight: InFlight): Effect.Effect<void> => {
  const lines = new Lines(maxAnswerBytes)
  return child.stdout.pipe(
    Stream.runForEach(
      Effect.fnUntraced(function* (bytes) {
        process.heard++
        for (const line of lines.feed(bytes)) {
          const said = yield* readLine(line)
          if (said._tag === "Noise") yield* Effect.logWarning(`the agent's command wrote ${said.detail}`)
          if (said._tag === "Answer" && !inFlight.answer(said.id, said.result)) {
            yield* Effect.logWarning("the agent's command answered a turn that does not wait for it").pipe(
              Effect.annotateLogs({ turn: said.id.slice(0, 200) })
            )
          }
        }
      })
    ),
    Effect.ignore
  )
}

/** One process from its start to its end, and why it ended. */
export const live = (
  spawner: ChildProcessSpawner["Service"],
  command: ReadonlyArray<string>,
  inFlight: InFlight
): Effect.Effect<AgentError> =>
  Effect.gen(function* () {
    const stdin = yield* Queue.unbounded<string, Cause.Done>()
    const child = yield* startProcess(spawner, command, Stream.fromQueue(stdin))
    const process: Process = { stdin, hung: Deferred.makeUnsafe(), heard: 0 }
    const ended = endOf(child)
    const listening = yield* Effect.forkScoped(listen(child, process, inFlight))
    yield* stderrLines(child.stderr).pipe(
      Stream.runForEach((text) => Effect.logInfo(text)),
      Effect.ignore,
      Effect.forkScoped
    )
    let patience = leave
    // Runs before the process is signalled, and while it is still listened to.
    yield* Effect.addFinalizer(() =>
      Effect.andThen(Queue.end(stdin), Effect.timeoutOption(Effect.interruptible(ended), patience))
    )
    inFlight.started(process)

    const exited = Effect.tap(ended, Effect.timeoutOption(Fiber.await(listening), grace))
    const silenced = Effect.map(
      Effect.andThen(Fiber.await(listening), Effect.timeoutOption(ended, grace)),
      Option.getOrElse(() => outputBroke)
    )
    const hung = Effect.map(Deferred.await(process.hung), () => {
      patience = Duration.zero
      return hanging
    })
    return yield* Effect.raceAllFirst([exited, silenced, hung]).pipe(Effect.annotateLogs({ pid: child.pid }))
  }).pipe(
    Effect.scoped,
    Effect.catch((error) => Effect.succeed(error))
  )
