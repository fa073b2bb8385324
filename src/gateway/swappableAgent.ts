import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AgentBridge } from "../agent/AgentBridge.ts"

type Agent = AgentBridge["Service"]

/** Makes an agent; what it keeps, such as a process, is the scope's. */
export type MakeAgent = Effect.Effect<Agent, never, Scope.Scope>

interface Seat {
  readonly agent: Agent
  readonly scope: Scope.Closeable
  /** Turns that it answers now. */
  turns: number
  /** Open while it answers none. */
  readonly idle: Latch.Latch
}

/** An account's agent, which can be exchanged: turns under way finish with the one that they began with. */
export interface SwappableAgent {
  readonly agent: Agent
  exchange(make: MakeAgent): Effect.Effect<void>
}

export const makeSwappable = Effect.fnUntraced(function* (make: MakeAgent) {
  const scope = yield* Effect.scope
  const seat = Effect.fnUntraced(function* (made: MakeAgent) {
    const own = yield* Scope.fork(scope)
    const fresh: Seat = { agent: yield* Scope.provide(made, own), scope: own, turns: 0, idle: Latch.makeUnsafe(true) }
    return fresh
  })
  let current = yield* seat(make)

  const taken = Effect.acquireRelease(
    Effect.sync(() => {
      const taken = current
      taken.turns++
      taken.idle.closeUnsafe()
      return taken
    }),
    (taken) =>
      Effect.sync(() => {
        if (--taken.turns === 0) taken.idle.openUnsafe()
      })
  )

  const swappable: SwappableAgent = {
    agent: {
      reply: (turn) => Stream.unwrap(Effect.map(taken, ({ agent }) => agent.reply(turn))),
      get remembers() {
        return current.agent.remembers ?? false
      },
      get kind() {
        return current.agent.kind
      }
    },
    exchange: Effect.fnUntraced(function* (made) {
      const before = current
      current = yield* seat(made)
      yield* before.idle.await.pipe(Effect.andThen(Scope.close(before.scope, Exit.void)), Effect.forkIn(scope))
    })
  }
  return swappable
})
