import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ReplyPart } from "../domain/Reply.ts"
import type { Turn } from "../domain/Turn.ts"
import type { AgentBridge } from "./AgentBridge.ts"
import { failureOf } from "./failureOf.ts"

/** What an embedding function may answer: a text, one part, several parts, or nothing. */
export type FunctionAnswer = string | ReplyPart | ReadonlyArray<ReplyPart> | void

/** What the gateway shall do for a function. */
export interface FunctionOptions {
  /** Whether it asks for `History`: only then is noted which session a message belongs to. */
  readonly remembers?: boolean | undefined
}

const isParts = (answer: ReplyPart | ReadonlyArray<ReplyPart>): answer is ReadonlyArray<ReplyPart> =>
  Array.isArray(answer)

const parts = (answer: FunctionAnswer): ReadonlyArray<ReplyPart> => {
  if (answer === undefined) return []
  if (typeof answer === "string") return answer.trim() === "" ? [] : [{ type: "text", text: answer }]
  return isParts(answer) ? answer : [answer]
}

/** A bridge to a function of the embedding program. An `AgentError` of its own passes unchanged. */
export const makeFunction = <E, R>(
  answer: (turn: Turn) => Effect.Effect<FunctionAnswer, E, R>,
  options: FunctionOptions = {}
): Effect.Effect<AgentBridge["Service"], never, Exclude<R, Scope>> =>
  Effect.map(Effect.context<Exclude<R, Scope>>(), (context) => {
    const ask = Effect.fn("FunctionAgent.ask")((turn: Turn) =>
      Effect.suspend(() => answer(turn)).pipe(
        Effect.scoped,
        // The caller's spans and log annotations win over those of the moment at which the layer was built.
        Effect.updateContext((current: Context.Context<never>) => Context.merge(context, current)),
        Effect.map(parts),
        Effect.catchCause((cause) => Effect.fail(failureOf(cause)))
      )
    )
    return { reply: (turn) => Stream.fromIterableEffect(ask(turn)), remembers: options.remembers ?? false }
  })
