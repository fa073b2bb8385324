import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { AccountId, ChatId, MessageId } from "../domain/ids.ts"

/** What a span may say: ids, states and numbers, never a text. */
export type TraceFacts = Readonly<Record<string, string | number | boolean | null | undefined>>

/** The message whose trace it is. */
export interface Traced {
  readonly account: AccountId | string
  /** A message's id, or what stands for one where nobody wrote: `out:7`. */
  readonly messageId: MessageId | string
}

/** An update that was just journalled. */
export interface Receipt extends Traced {
  readonly account: AccountId
  readonly messageId: MessageId
  readonly chat: ChatId
  /** When its bytes were here, milliseconds since 1970. */
  readonly receivedAt: number
  readonly facts: TraceFacts
}

/**
 * One trace for each message, from its receipt to the last part of its answer. Its id follows from account and message id, so
 * that turns, sends and other processes find it again with nothing kept anywhere.
 */
export interface MessageTraces {
  /** The root of the trace: from the receipt until now. */
  received(receipt: Receipt): Effect.Effect<void>
  /** Runs something as a span directly below the root. */
  under(
    traced: Traced,
    name: string,
    facts: TraceFacts
  ): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Runs something as a span below the one at hand. */
  step(name: string): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Says more of the span at hand. */
  note(facts: TraceFacts): Effect.Effect<void>
}

const same = <A>(value: A): A => value

const untraced: MessageTraces = {
  received: () => Effect.void,
  under: () => same,
  step: () => same,
  note: () => Effect.void
}

/** Nobody looks, and nothing is spent on it, unless telemetry is switched on. Asked for at each use. */
export const MessageTraces = Context.Reference<MessageTraces>("zalo-effect/journal/MessageTraces", {
  defaultValue: () => untraced
})
