import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Gate } from "../access/Gate.ts"
import type { TurnPolicy } from "../domain/Account.ts"
import { type LaneKey, turnId, type TurnId } from "../domain/ids.ts"
import type { InboundMessage } from "../domain/Update.ts"
import type { Inbox } from "../journal/Inbox.ts"
import type { InboxRow } from "../journal/InboxRow.ts"
import type { JournalError } from "../journal/Journal.ts"
import { decodeMessage } from "../updates/decode.ts"

/** One row that is let in, and what it says. */
export interface Member {
  readonly row: InboxRow
  readonly message: InboundMessage
}

/** What one turn is about: its messages in their order, the first one carrying the turn's tries. */
export interface Group {
  readonly id: TurnId
  readonly members: readonly [Member, ...ReadonlyArray<Member>]
}

/** Messages in one turn, at most. */
const largest = 50

/** However long people go on writing, a burst is answered after so many windows. */
const longestBurst = 5

const idOf = ({ row }: Member): TurnId => turnId(row.account, row.messageId)

/** Finds what belongs into the turn of a chat's oldest message, which was let in already. */
export const makeGroups = (
  inbox: Inbox["Service"],
  gate: Gate["Service"],
  /** Whether a message is never part of another's turn. */
  alone: (row: InboxRow, message: InboundMessage) => Effect.Effect<boolean>
) => {
  /** A later row, if the same person wrote it and it is let in too: whatever else waits for a turn of its own. */
  const follow = Effect.fnUntraced(function* (first: Member, row: InboxRow) {
    const decoded = decodeMessage(row.account, row.body, row.receivedAt)
    if (Result.isFailure(decoded) || decoded.success.sender.id !== first.message.sender.id) return undefined
    const verdict = yield* gate.judge(decoded.success)
    if (verdict._tag !== "Allow" || (yield* alone(row, decoded.success))) return undefined
    return { row: { ...row, rule: verdict.rule }, message: decoded.success }
  })

  const followers = Effect.fnUntraced(function* (first: Member, rows: ReadonlyArray<InboxRow>) {
    const found: Array<Member> = []
    for (const row of rows) {
      const member = yield* follow(first, row)
      if (member === undefined) break
      found.push(member)
    }
    return found
  })

  /** Undefined: the burst may not be over; look again after `wait` ms. */
  const gather = Effect.fnUntraced(function* (first: Member, policy: TurnPolicy) {
    const key: LaneKey = first.row
    const rows = yield* inbox.waiting(key, largest)
    const later = rows.filter((row) => row.seq > first.row.seq)
    if (first.row.turn !== null) {
      const fixed = later.filter((row) => row.turn === first.row.turn)
      return { id: first.row.turn, rest: yield* followers(first, fixed), wait: 0 }
    }
    const rest = yield* followers(
      first,
      later.filter((row) => row.turn === null)
    )
    const last = rest.at(-1) ?? first
    // The cancelled turn had the first message's id: what is asked now is something else.
    const id = idOf(first.row.reason === "interrupted" ? last : first)
    if (policy.mode !== "merge") return { id, rest, wait: 0 }
    const window = Duration.toMillis(policy.window)
    const until = Math.min(last.row.receivedAt + window, first.row.receivedAt + longestBurst * window)
    return { id, rest, wait: until - (yield* Clock.currentTimeMillis) }
  })

  /**
   * The turn that begins with this message, fixed in the journal before anybody is asked. It may first wait until the burst
   * is over.
   */
  const groupOf = Effect.fnUntraced(function* (
    first: Member,
    policy: TurnPolicy
  ): Effect.fn.Return<Group, JournalError> {
    if (policy.mode === "serial" && first.row.turn === null) return { id: idOf(first), members: [first] }
    for (;;) {
      const { id, rest, wait } = yield* gather(first, policy)
      if (wait > 0) {
        yield* Effect.sleep(wait)
        continue
      }
      const group: Group = { id, members: [first, ...rest] }
      if (first.row.turn === null) {
        yield* inbox.fix(
          group.members.map(({ row }) => row),
          id
        )
      }
      return group
    }
  })

  /** Whether somebody wrote what belongs into this turn after it was fixed. */
  const outdated = Effect.fnUntraced(function* ({ members }: Group) {
    const [first] = members
    const rows = yield* inbox.waiting(first.row, largest)
    const fresh = rows.filter((row) => row.turn === null && row.seq > first.row.seq)
    return (yield* followers(first, fresh)).length > 0
  })

  /** Gives up a turn that waits for another try, if something newer joins its messages. Says whether it did. */
  const dissolve = Effect.fnUntraced(function* (head: InboxRow) {
    if (head.turn === null) return false
    const rows = yield* inbox.waiting(head, largest)
    const newer = rows.some((row) => row.turn === null && row.seq > head.seq)
    if (newer) yield* inbox.release(rows.filter((row) => row.turn === head.turn))
    return newer
  })

  return { groupOf, outdated, dissolve }
}

export type Groups = ReturnType<typeof makeGroups>
