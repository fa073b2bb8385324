import * as Effect from "effect/Effect"
import type { Turn } from "../domain/Turn.ts"
import type { AgentError } from "./AgentError.ts"
import { History, type HistoryMessage } from "./History.ts"
import { said } from "./said.ts"

/** How much of the past a model is told. */
export interface HistoryBudget {
  readonly messages: number
  /** By `estimateTokens`. */
  readonly tokens: number
}

/** What a model gets unless it is told otherwise. */
export const defaultBudget: HistoryBudget = { messages: 20, tokens: 4_000 }

/** Whether it leaves room for anything. */
export const isTold = ({ messages, tokens }: HistoryBudget): boolean => messages > 0 && tokens > 0

const utf8 = new TextEncoder()

/**
 * A third of the UTF-8 bytes, and 4 for the message around them. Without the model's own tokenizer nobody knows more: English
 * has about 4 bytes a token, Vietnamese 2.5 to 3.5, so this rather tells too little of the past than too much.
 */
export const estimateTokens = (text: string): number => Math.ceil(utf8.encode(text).length / 3) + 4

/** The newest that fit, whole; none is cut. It begins with a person: some models take nothing else. */
const within = (messages: ReadonlyArray<HistoryMessage>, budget: HistoryBudget): ReadonlyArray<HistoryMessage> => {
  let left = budget.tokens
  let start = messages.length
  while (start > 0 && messages.length - start < budget.messages) {
    left -= estimateTokens(messages[start - 1]?.text ?? "")
    if (left < 0) break
    start--
  }
  while (start < messages.length && messages[start]?.role === "assistant") start++
  return messages.slice(start)
}

/** One after the other from the same side are one message: some models insist on taking turns. */
const takingTurns = (messages: ReadonlyArray<HistoryMessage>): ReadonlyArray<HistoryMessage> => {
  const joined: Array<HistoryMessage> = []
  for (const message of messages) {
    const last = joined.at(-1)
    if (last?.role === message.role) joined[joined.length - 1] = { ...last, text: `${last.text}\n\n${message.text}` }
    else joined.push(message)
  }
  return joined
}

/** What a model is asked in words: the past, and the message that it shall answer. */
export interface Conversation {
  readonly earlier: ReadonlyArray<HistoryMessage>
  readonly now: string
}

/** Puts a turn and its session's past together. `shown`: the model sees the turn's picture. */
export const conversation = (
  turn: Turn,
  budget: HistoryBudget,
  shown: boolean
): Effect.Effect<Conversation, AgentError> =>
  Effect.gen(function* () {
    const now = said(turn, shown)
    if (!isTold(budget)) return { earlier: [], now }
    const { recent } = yield* History
    const past = (yield* recent(turn, { messages: budget.messages })).filter(({ text }) => text.trim() !== "")
    const earlier = takingTurns(within(past, budget))
    const last = earlier.at(-1)
    return last?.role === "user"
      ? { earlier: earlier.slice(0, -1), now: now === "" ? last.text : `${last.text}\n\n${now}` }
      : { earlier, now }
  })
