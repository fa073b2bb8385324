import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ReplyPart } from "../domain/Reply.ts"
import type { OutboxOrigin } from "../domain/reasons.ts"
import { texts } from "../domain/texts.ts"
import type { Inbox, InboxEnd } from "../journal/Inbox.ts"
import type { Journal } from "../journal/Journal.ts"
import { MessageTraces } from "../journal/MessageTraces.ts"
import type { Outbox } from "../journal/Outbox.ts"
import type { Outgoing } from "../journal/OutboxRow.ts"
import type { Unit } from "../journal/sessionStore.ts"
import type { Media } from "../media/Media.ts"
import { render } from "../render/messages.ts"
import { responsePrefix } from "../render/prefix.ts"
import { renderOptions } from "../render/settings.ts"
import type { AccountRuntime } from "./Accounts.ts"
import type { Group } from "./groups.ts"
import type { LaneSet } from "./Lanes.ts"
import { withHosted } from "./mediaOf.ts"

/** What the outbox holds of a turn, rendered, and how a turn's rows end with it. */
export const makeReplies = (
  journal: Journal["Service"],
  inbox: Inbox["Service"],
  outbox: Outbox["Service"],
  sends: LaneSet,
  media: Media["Service"]
) => {
  const outgoing = (
    group: Group,
    account: AccountRuntime,
    origin: OutboxOrigin,
    parts: ReadonlyArray<ReplyPart>,
    prefix = ""
  ): ReadonlyArray<Outgoing> => {
    const { row } = group.members[0]
    return render(parts, { ...renderOptions(account.settings), responsePrefix: prefix }).map((payload) => ({
      account: row.account,
      chat: row.chat,
      origin,
      turn: origin === "notice" ? `${group.id}:notice` : group.id,
      inboxSeq: row.seq,
      payload
    }))
  }

  /** An agent's parts. The prefix stands before the first words of a reply only. */
  const answer = Effect.fnUntraced(function* (
    group: Group,
    account: AccountRuntime,
    parts: ReadonlyArray<ReplyPart>,
    begins: boolean
  ) {
    const { id, name, responsePrefix: template } = account.settings
    const bot = Option.getOrUndefined(yield* account.botName)
    const prefix = begins ? responsePrefix(template, { account: id, name, bot }) : ""
    return yield* withHosted(media, account.settings, outgoing(group, account, "turn", parts, prefix))
  })

  const notice = (group: Group, account: AccountRuntime, which: "delayed" | "failed" | "newSession" | undefined) =>
    which === undefined
      ? []
      : outgoing(group, account, "notice", [
          { type: "text", text: texts(account.settings.language)[which], format: "plain" }
        ])

  /** Words of the runtime's own that depend on more than the language. */
  const say = (group: Group, account: AccountRuntime, text: string) =>
    outgoing(group, account, "notice", [{ type: "text", text, format: "plain" }])

  const wake = (group: Group, replies: ReadonlyArray<Outgoing>) =>
    replies.length === 0 ? Effect.void : sends.wake(group.members[0].row)

  /** Ends all of a turn's rows, and appends what is sent because of it, in one transaction; `also` is SQL that belongs to it. */
  const end = Effect.fnUntraced(function* (
    group: Group,
    how: Omit<InboxEnd, "now">,
    replies: ReadonlyArray<Outgoing>,
    also?: Unit
  ) {
    const now = yield* Clock.currentTimeMillis
    const [head, ...others] = group.members
    yield* journal.write(
      Effect.gen(function* () {
        // Somebody who dropped the message meanwhile wants no reply to it.
        if (!(yield* inbox.endUnit(head.row, { ...how, now }))) return
        for (const { row } of others) yield* inbox.endUnit(row, { ...how, now })
        if (replies.length > 0) yield* outbox.appendUnit(replies, now)
        if (also !== undefined) yield* also
      })
    )
    yield* (yield* MessageTraces).note({ state: how.state, reason: how.reason, parts: replies.length })
    yield* wake(group, replies)
  })

  /** Appends a part of a reply whose turn goes on. */
  const append = Effect.fnUntraced(function* (group: Group, replies: ReadonlyArray<Outgoing>) {
    const now = yield* Clock.currentTimeMillis
    yield* journal.write(outbox.appendUnit(replies, now))
    yield* wake(group, replies)
  })

  return { answer, append, end, notice, say, wake }
}

export type Replies = ReturnType<typeof makeReplies>
