import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Turn } from "../domain/Turn.ts"
import type { AgentError } from "./AgentError.ts"

/** What was said before, by a person (`user`) or by the bot (`assistant`). */
export interface HistoryMessage {
  readonly role: "user" | "assistant"
  readonly text: string
}

/**
 * What was said in a turn's session before it. Whoever runs the turn provides it, so an agent asks for it while it answers,
 * not when it is built; where nobody does, there is none.
 */
export const History = Context.Reference<{
  /** The last messages, oldest first, at most so many. */
  recent(turn: Turn, options: { readonly messages: number }): Effect.Effect<ReadonlyArray<HistoryMessage>, AgentError>
}>("zalo-effect/agent/History", { defaultValue: () => ({ recent: () => Effect.succeed([]) }) })
