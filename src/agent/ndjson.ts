import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type { Scope } from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Turn } from "../domain/Turn.ts"
import type { AgentBridge } from "./AgentBridge.ts"
import { AgentError } from "./AgentError.ts"
import type { CommandOptions } from "./command.ts"
import { type Asked, InFlight } from "./ndjson/InFlight.ts"
import { live } from "./ndjson/live.ts"
import { question } from "./question.ts"
import { defaultTimeout, withTimeout } from "./withTimeout.ts"

/** Between an end and the next start: doubling, and anew after it ran this long. */
const firstPause = Duration.seconds(1)
const longestPause = Duration.seconds(60)
const steady = Duration.seconds(60)

/**
 * A bridge to one process that stays: each turn is a line `{"id","turn"}` on its standard input, each answer a line `{"id",
 * "text" | "parts" | "error"}` on its standard output, in any order. When it ends, the turns in flight fail and it is started
 * again, after a pause that doubles from 1 s to 60 s. A turn that comes meanwhile waits for the next start. With the scope its
 * input is closed; what has not left after 2 s gets SIGTERM, and SIGKILL 2 s later, with its whole group.
 */
export const makeNdjson = (
  options: CommandOptions
): Effect.Effect<AgentBridge["Service"], never, ChildProcessSpawner | Scope> =>
  Effect.gen(function* () {
    const spawner = yield* ChildProcessSpawner
    const inFlight = new InFlight()

    const supervise = Effect.gen(function* () {
      for (let pause = firstPause; ;) {
        const began = yield* Clock.currentTimeMillis
        const error = yield* live(spawner, options.command, inFlight)
        inFlight.lost(error)
        const ran = Duration.millis((yield* Clock.currentTimeMillis) - began)
        if (Duration.isGreaterThanOrEqualTo(ran, steady)) pause = firstPause
        yield* Effect.logWarning(`${error.message}; it is started again in ${Duration.toSeconds(pause)} s`)
        yield* Effect.sleep(pause)
        pause = Duration.min(Duration.times(pause, 2), longestPause)
      }
    }).pipe(Effect.annotateLogs({ agent: "command" }))

    yield* Effect.addFinalizer(() =>
      Effect.sync(() =>
        inFlight.lost(new AgentError({ reason: { _tag: "Unavailable", detail: "its command is being stopped" } }))
      )
    )
    yield* Effect.forkScoped(supervise)

    const ask = Effect.fn("NdjsonAgent.ask")(function* (turn: Turn) {
      const line = `{"id":${JSON.stringify(turn.turnId)},"turn":${yield* question(turn)}}\n`
      let asked: Asked | undefined
      const answer = Effect.gen(function* () {
        while (asked === undefined) asked = inFlight.ask(yield* inFlight.process, turn.turnId, line)
        return yield* Deferred.await(asked.answer)
      })
      return yield* answer.pipe(
        withTimeout(options.timeout ?? defaultTimeout),
        Effect.onError((cause) =>
          Effect.sync(() => {
            if (asked === undefined) return
            inFlight.forget(turn.turnId, asked)
            const failure = Option.getOrUndefined(Cause.findErrorOption(cause))
            if (failure?.reason._tag === "Timeout") inFlight.outOfTime(asked)
          })
        )
      )
    })
    return { reply: (turn) => Stream.fromIterableEffect(ask(turn)) }
  })
