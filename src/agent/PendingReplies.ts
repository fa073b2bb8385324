import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { Scope } from "effect/Scope"
import type { ReplyPart } from "../domain/Reply.ts"

/** What became of an answer that came by itself. */
export type ReplyOutcome =
  | "accepted"
  /** The turn has its answer already. */
  | "answered"
  /** The turn was given up before it was answered, and is not waiting now. */
  | "over"
  /** No such turn was asked since this process began, or it was long ago. */
  | "unknown"

/** How many turns that ended are remembered, so that late and double answers can be told what they are. */
const remembered = 10_000

type Parts = ReadonlyArray<ReplyPart>

/** Turns whose agents will answer later, and not over the connection on which they were asked. In memory: a restart forgets them. */
export class PendingReplies extends Context.Service<
  PendingReplies,
  {
    /**
     * Lets answers to a turn in until the scope ends, and gives the first one. A turn that is asked again waits anew: an answer
     * to an earlier asking is taken then.
     */
    wait(turnId: string): Effect.Effect<{ readonly answer: Effect.Effect<Parts> }, never, Scope>
    /** Whether an answer would be taken now. */
    standing(turnId: string): Effect.Effect<ReplyOutcome>
    /** Hands in an answer; `accepted` once per asking. */
    answer(turnId: string, parts: Parts): Effect.Effect<ReplyOutcome>
  }
>()("zalo-effect/agent/PendingReplies") {
  static readonly layer: Layer.Layer<PendingReplies> = Layer.sync(this, () => make())

  /** The one that an embedding program provides to its agent, or one of its own: agent and route must have the same. */
  static readonly layerShared: Layer.Layer<PendingReplies> = Layer.effect(
    this,
    Effect.map(
      Effect.serviceOption(PendingReplies),
      Option.getOrElse(() => make())
    )
  )
}

interface Waiting {
  readonly answer: Deferred.Deferred<Parts>
  answered: boolean
}

const make = (): PendingReplies["Service"] => {
  const waiting = new Map<string, Waiting>()
  const ended = new Map<string, "answered" | "over">()

  const end = (turnId: string, one: Waiting) => {
    if (waiting.get(turnId) !== one) return
    waiting.delete(turnId)
    ended.delete(turnId)
    ended.set(turnId, one.answered ? "answered" : "over")
    const [oldest] = ended.keys()
    if (ended.size > remembered && oldest !== undefined) ended.delete(oldest)
  }

  const standing = (turnId: string): ReplyOutcome => {
    const one = waiting.get(turnId)
    if (one === undefined) return ended.get(turnId) ?? "unknown"
    return one.answered ? "answered" : "accepted"
  }

  return PendingReplies.of({
    wait: (turnId) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const one: Waiting = { answer: Deferred.makeUnsafe(), answered: false }
          waiting.set(turnId, one)
          return one
        }),
        (one) => Effect.sync(() => end(turnId, one))
      ).pipe(Effect.map(({ answer }) => ({ answer: Deferred.await(answer) }))),

    standing: (turnId) => Effect.sync(() => standing(turnId)),

    answer: (turnId, parts) =>
      Effect.sync(() => {
        const outcome = standing(turnId)
        const one = waiting.get(turnId)
        if (one !== undefined && outcome === "accepted") {
          one.answered = true
          Deferred.doneUnsafe(one.answer, Effect.succeed(parts))
        }
        return outcome
      })
  })
}
