import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { lists } from "../access/entries.ts"
import { turnId } from "../domain/ids.ts"
import { texts } from "../domain/texts.ts"
import type { InboxRow } from "../journal/InboxRow.ts"
import type { Outgoing } from "../journal/OutboxRow.ts"
import type { Replies } from "./replies.ts"
import type { Arrival, Station } from "./stations.ts"

/** Senders that are remembered; the one not heard for longest is forgotten first. */
const remembered = 10_000

interface Sender {
  /** What was let in, by its place in the journal, and when it arrived. */
  taken: Map<number, number>
  /** When the message arrived that was last answered with a notice. */
  noticedAt: number | undefined
}

/** How much each sender wrote in each chat, as far as a throttle has to know. */
export interface Throttle {
  /**
   * Whether a message is one too many. What counts is what arrived before it and was let in, so that neither a backlog nor a
   * second look comes to another verdict.
   */
  exceeds(arrival: Arrival): boolean
  /** Whether the sender is to be told of this one; the next time not before `per` is over. */
  noticeDue(arrival: Arrival): boolean
}

/** It is in memory: after a restart everybody begins anew, and what had begun its turn goes on. */
export const makeThrottle = (): Throttle => {
  const senders = new Map<string, Sender>()

  const senderOf = ({ message, row }: Arrival): Sender => {
    const key = `${row.account}/${row.chat}/${message.sender.id}`
    const known = senders.get(key) ?? { taken: new Map(), noticedAt: undefined }
    // Deleted first, so that the map's order is the order of use.
    senders.delete(key)
    const [oldest] = senders.keys()
    if (oldest !== undefined && senders.size >= remembered) senders.delete(oldest)
    senders.set(key, known)
    return known
  }

  const begun = ({ attempts, starts, turn }: InboxRow) => attempts > 0 || starts > 0 || turn !== null

  return {
    exceeds: (arrival) => {
      const { account, message, row } = arrival
      const { access, throttle } = account.settings
      if (throttle === undefined || lists(access.pairing.owners, message.sender.id)) return false
      const sender = senderOf(arrival)
      const from = row.receivedAt - Duration.toMillis(throttle.per)
      let within = 0
      for (const [seq, at] of sender.taken) {
        if (at <= from) sender.taken.delete(seq)
        else if (seq < row.seq) within++
      }
      if (within >= throttle.messages && !begun(row)) return true
      sender.taken.set(row.seq, row.receivedAt)
      return false
    },
    noticeDue: (arrival) => {
      const { throttle } = arrival.account.settings
      if (throttle === undefined || !throttle.notice) return false
      const sender = senderOf(arrival)
      const { receivedAt } = arrival.row
      const last = sender.noticedAt
      if (last !== undefined && receivedAt - last < Duration.toMillis(throttle.per)) return false
      sender.noticedAt = receivedAt
      return true
    }
  }
}

const noticeTo = ({ account, row }: Arrival, messages: number, per: Duration.Duration): Outgoing => ({
  account: row.account,
  chat: row.chat,
  origin: "notice",
  turn: `${turnId(row.account, row.messageId)}:notice`,
  inboxSeq: row.seq,
  payload: {
    _tag: "Text",
    text: texts(account.settings.language).throttled({ messages, seconds: Math.ceil(Duration.toSeconds(per)) })
  }
})

/** A message beyond what its sender may write is no turn. The sender is told of the first one. */
export const throttled = (throttle: Throttle, replies: Replies): Station =>
  Effect.fnUntraced(function* (arrival) {
    const { account, message, row } = arrival
    const limit = account.settings.throttle
    if (limit === undefined || !throttle.exceeds(arrival)) return undefined
    const told = throttle.noticeDue(arrival) ? [noticeTo(arrival, limit.messages, limit.per)] : []
    yield* Effect.logDebug(`more than ${limit.messages} messages of ${message.sender.id}: this one is ignored`)
    const group = { id: turnId(row.account, row.messageId), members: [{ row, message }] } as const
    yield* replies.end(group, { state: "ignored", reason: "throttled" }, told)
    return "ended" as const
  })
