import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { InboxReason, InboxState, OutboxOrigin, OutboxReason, OutboxState } from "../../../domain/reasons.ts"
import { nearest } from "../../../gateway/config/nearest.ts"
import type { QueueFilter } from "../../../journal/queue/filter.ts"
import { prunableStates } from "../../../journal/queue/prune.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import * as Param from "../../Param.ts"
import { readLength, since, sinceOf } from "../since.ts"

/** The words of these lists that a text is. */
const wordIn = <const W extends string>(words: ReadonlyArray<W>, text: string | undefined): W | undefined =>
  words.find((word) => word === text)

const oneOf = (what: string, words: ReadonlyArray<string>) => (text: string) => {
  if (words.includes(text)) return undefined
  const meant = nearest(text, words)
  return `there is no ${what} "${text}"; ${meant === undefined ? `they are ${words.join(", ")}` : `did you mean "${meant}"?`}`
}

const states = [...new Set([...InboxState.literals, ...OutboxState.literals])]
const reasons = [...new Set([...InboxReason.literals, ...OutboxReason.literals])]

const split = (text: string): ReadonlyArray<string> => text.split(",").map((word) => word.trim())

const statesFlag = (words: ReadonlyArray<string>, summary: string) =>
  Param.text("state", "STATE[,STATE]", summary, {
    problem: (text) =>
      split(text)
        .map(oneOf("state", words))
        .find((wrong) => wrong !== undefined)
  })

export const state = statesFlag(states, `Only rows in these states (${states.join(", ")})`)
export const prunableState = statesFlag(
  prunableStates,
  `Only rows in these states (${prunableStates.join(", ")}); else what ended well or was dropped`
)
export const reason = Param.text("reason", "REASON", "Only rows with this reason", {
  problem: oneOf("reason", reasons)
})
export const origin = Param.text(
  "origin",
  "ORIGIN",
  `Only what was to be sent by ${OutboxOrigin.literals.join(", ")}`,
  {
    problem: oneOf("origin", OutboxOrigin.literals)
  }
)
export const chat = Param.text("chat", "CHAT", "Only this chat")

const olderThanText = Param.text("older-than", "DURATION", "How long ago it must be (30d)", {
  problem: (text) => (readLength(text) === undefined ? "write a duration, such as 12h or 30d" : undefined)
})
export const olderThan: Param.Flag<Duration.Duration> = {
  ...olderThanText,
  read: (args) => readLength(olderThanText.read(args) ?? "30d") ?? Duration.days(30)
}

export const limit = Param.limit("Rows of each side, at most")

export const after = Param.text("after", "ID", "Only what is listed after this row, of its side")
export const everything = Param.toggle("all", "Also what ended well, and what was dropped")
export const all = Param.toggle("all", "All rows that the flags mean; dead and skipped ones unless --state says more")
export const dryRun = Param.toggle("dry-run", "Only say what would be done")
export const withText = Param.toggle("text", "Show what was written, too")
export const force = Param.toggle("force", "Also a message whose turn has begun: its reply is thrown away")
export const sent = Param.toggle("sent", "It has arrived: mark it as sent")
export const messageId = Param.text("message-id", "ID", "Zalo's id of it, for --sent")
export const resend = Param.toggle("resend", "It has not arrived: send it again, with what is left of its reply")
export const drop = Param.toggle("drop", "Let it be: neither sent nor asked about again")

export const id = Param.operand("ID", "The row: in:ACCOUNT/MESSAGE_ID, out:NUMBER, or an inbound message's id")
export const maybeId = Param.operand(id.name, id.summary, { optional: true })
export const anyId = Param.operand(
  "MESSAGE-ID",
  "in:ACCOUNT/MESSAGE_ID, out:NUMBER, or Zalo's id of a message, in or out"
)

export const statesOf = (args: Args): ReadonlyArray<(typeof states)[number]> | undefined => {
  const text = state.read(args)
  return text === undefined ? undefined : split(text).flatMap((word) => wordIn(states, word) ?? [])
}

export const prunableOf = (args: Args) => {
  const text = prunableState.read(args)
  return text === undefined ? undefined : split(text).flatMap((word) => wordIn(prunableStates, word) ?? [])
}

/** The rows that the filter's flags mean. */
export const filterOf = (args: Args): Effect.Effect<QueueFilter> =>
  Effect.map(sinceOf(args), (since) => ({
    account: account.read(args),
    chat: chat.read(args),
    states: statesOf(args),
    reason: wordIn(reasons, reason.read(args)),
    origin: wordIn(OutboxOrigin.literals, origin.read(args)),
    since
  }))

export const filterFlags = [account, chat, state, reason, origin, since]

/** Every state, for `queue list --all`. */
export const allStates = states
