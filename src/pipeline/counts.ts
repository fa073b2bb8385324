import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { counter } from "../journal/counting.ts"
import { MessageTraces } from "../journal/MessageTraces.ts"
import type { Group } from "./groups.ts"

/** How a turn ended, as far as counting goes. */
export const turnOutcomes = ["answered", "silent", "retried", "dead", "cut", "outdated", "handoff"] as const
export type TurnOutcome = (typeof turnOutcomes)[number]

/** Turns by outcome; one that is tried again counts each time. */
export const countTurn = counter("zalo_turns_total", "Turns by outcome.", ["account", "outcome"])

/** Says how a turn ended, to whoever counts or traces. */
export const ended = (group: Group, outcome: TurnOutcome): Effect.Effect<void> =>
  Effect.flatMap(MessageTraces, (traces) =>
    Effect.andThen(traces.note({ outcome }), countTurn({ account: group.members[0].row.account, outcome }))
  )

/** Calls of the Bot API that people see, by what came of them. */
export const countSend = counter("zalo_sends_total", "Sends by method and result.", ["account", "method", "result"])

/** Sends that Zalo refused because they were too many. */
export const countRateLimited = counter("zalo_rate_limited_total", "Sends that were refused with 429.", ["account"])

/** Seconds. An agent that answers at once, a model, and one that has hung. */
const boundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300]

const series = new Map<string, Metric.Histogram<number>>()

/** How long agents took, by account. */
export const agentDuration = (account: string): Metric.Histogram<number> => {
  const known = series.get(account)
  if (known !== undefined) return known
  const made = Metric.histogram("zalo_agent_duration_seconds", {
    description: "How long agents took for a turn, failures included.",
    attributes: { account },
    boundaries
  })
  series.set(account, made)
  return made
}

/** Measures how long an agent takes, however it ends. */
export const timed =
  (account: string) =>
  <A, E, R>(asked: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(Clock.currentTimeMillis, (began) =>
      Effect.ensuring(
        asked,
        Effect.flatMap(Clock.currentTimeMillis, (ended) =>
          Metric.update(agentDuration(account), (ended - began) / 1_000)
        )
      )
    )
