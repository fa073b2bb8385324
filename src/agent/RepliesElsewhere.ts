import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ReplyPart } from "../domain/Reply.ts"
import type { ReplyOutcome } from "./PendingReplies.ts"

/** Turns that wait for their answers in other processes: a later answer may reach any runner of a cluster. */
export interface ElsewhereReplies {
  standing(turnId: string): Effect.Effect<ReplyOutcome>
  answer(turnId: string, parts: ReadonlyArray<ReplyPart>): Effect.Effect<ReplyOutcome>
}

/** Undefined: there is no other process. */
export const RepliesElsewhere = Context.Reference<ElsewhereReplies | undefined>("zalo-effect/agent/RepliesElsewhere", {
  defaultValue: () => undefined
})
