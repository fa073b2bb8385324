import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { Turn } from "../domain/Turn.ts"

/** What an answer cost, as its endpoint counted. */
export interface Usage {
  readonly input: number | undefined
  readonly output: number | undefined
}

/** How an answer ended (`stop`, `length`, `content_filter`, …; undefined when nobody says), and what it cost. */
export interface Outcome {
  readonly usage: Usage | undefined
  readonly finish: string | undefined
}

const tokens = Metric.counter("zalo_agent_tokens_total", {
  description: "Tokens that models took in and gave out, as their endpoints counted.",
  incremental: true
})

const answers = Metric.counter("zalo_agent_answers_total", {
  description: "Answers of models by how they ended.",
  incremental: true
})

/** Endpoints invent reasons: what is not known must not make a series of its own. */
const known = new Set(["stop", "length", "content_filter", "tool_calls"])

const count = (turn: Turn, model: string, kind: "input" | "output", of: number | undefined) =>
  of === undefined || of < 0
    ? Effect.void
    : Metric.update(Metric.withAttributes(tokens, { account: turn.account, model, kind }), of)

/** Notes what an answer cost, and what an operator should know of how it ended. */
export const recordUsage = Effect.fnUntraced(function* (turn: Turn, model: string, outcome: Outcome, began: number) {
  const { finish = "unsaid", usage } = outcome
  yield* count(turn, model, "input", usage?.input)
  yield* count(turn, model, "output", usage?.output)
  const ended = known.has(finish) ? finish : "other"
  yield* Metric.update(Metric.withAttributes(answers, { account: turn.account, model, finish: ended }), 1)
  const noted = Effect.annotateLogs({
    model,
    elapsedMs: (yield* Clock.currentTimeMillis) - began,
    ...(usage?.input !== undefined && { inputTokens: usage.input }),
    ...(usage?.output !== undefined && { outputTokens: usage.output })
  })
  if (finish === "length") return yield* noted(Effect.logWarning("the model's answer was cut off at its token limit"))
  if (finish === "content_filter") return yield* noted(Effect.logWarning("the endpoint's filter cut the answer off"))
  yield* noted(Effect.logInfo("the model answered"))
})
