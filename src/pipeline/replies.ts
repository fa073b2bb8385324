import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ChatId } from "../domain/ids.ts"
import type { ReplyPart } from "../domain/Reply.ts"
import type { OutboxOrigin } from "../domain/reasons.ts"
import { texts } from "../domain/texts.ts"
import type { Chats } from "../journal/chats/Chats.ts"
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
  chats: Chats["Service"],
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
      turn: origin === "turn" ? group.id : `${group.id}:${origin}`,
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

  const notice = (
    group: Group,
    account: AccountRuntime,
    which: "delayed" | "failed" | "newSession" | "handedBack" | undefined
  ) =>
    which === undefined
      ? []
      : outgoing(group, account, "notice", [
          { type: "text", text: texts(account.settings.language)[which], format: "plain" }
        ])

  /** What is said when a person takes over: to the people of the chat, and to the account's owners in their own chats. */
  const handedOver = (
    group: Group,
    account: AccountRuntime,
    { reason }: { readonly reason: string | undefined }
  ): ReadonlyArray<Outgoing> => {
    const { access, handoff, language } = account.settings
    const words = texts(language)
    const [{ message, row }] = group.members
    const say = (text: string) => outgoing(group, account, "handoff", [{ type: "text", text, format: "plain" }])
    const wanted = words.personWanted({ name: message.sender.displayName, chat: row.chat, reason })
    const owners = access.pairing.owners.filter((owner) => owner !== message.sender.id)
    return [
      ...(handoff.notice ? say(words.handedOver) : []),
      ...owners.flatMap((owner) => say(wanted).map((one) => ({ ...one, chat: ChatId.make(owner) })))
    ]
  }

  /** Words of the runtime's own that depend on more than the language. */
  const say = (group: Group, account: AccountRuntime, text: string) =>
    outgoing(group, account, "notice", [{ type: "text", text, format: "plain" }])

  const wake = (group: Group, replies: ReadonlyArray<Outgoing>) => {
    const chats = new Set(replies.map(({ chat }) => chat))
    return Effect.forEach(chats, (chat) => sends.wake({ account: group.members[0].row.account, chat }), {
      discard: true
    })
  }

  const endUnit = (
    group: Group,
    how: Omit<InboxEnd, "now">,
    replies: ReadonlyArray<Outgoing>,
    now: number,
    also: Unit | undefined
  ) =>
    Effect.gen(function* () {
      const [head, ...others] = group.members
      // Somebody who dropped the message meanwhile wants no reply to it.
      if (!(yield* inbox.endUnit(head.row, { ...how, now }))) return
      for (const { row } of others) yield* inbox.endUnit(row, { ...how, now })
      if (replies.length > 0) yield* outbox.appendUnit(replies, now)
      if (also !== undefined) yield* also
    })

  const noted = Effect.fnUntraced(function* (
    group: Group,
    how: Omit<InboxEnd, "now">,
    replies: ReadonlyArray<Outgoing>
  ) {
    yield* (yield* MessageTraces).note({ state: how.state, reason: how.reason, parts: replies.length })
    yield* wake(group, replies)
  })

  /** Ends all of a turn's rows, and appends what is sent because of it, in one transaction; `also` is SQL that belongs to it. */
  const end = Effect.fnUntraced(function* (
    group: Group,
    how: Omit<InboxEnd, "now">,
    replies: ReadonlyArray<Outgoing>,
    also?: Unit
  ) {
    yield* journal.write(endUnit(group, how, replies, yield* Clock.currentTimeMillis, also))
    yield* noted(group, how, replies)
  })

  /**
   * The same for a turn that an agent was asked about. Where a person has taken over meanwhile, which is what is said then,
   * nothing is sent, and the messages are kept for that person unless some of the reply is gone already (`begun`).
   */
  const endTurn = Effect.fnUntraced(function* (
    group: Group,
    how: Omit<InboxEnd, "now">,
    replies: ReadonlyArray<Outgoing>,
    also?: Unit,
    begun = false
  ) {
    const now = yield* Clock.currentTimeMillis
    const taken = yield* journal.write(
      Effect.gen(function* () {
        if (!(yield* chats.pausedUnit(group.members[0].row))) {
          yield* endUnit(group, how, replies, now, also)
          return false
        }
        if (begun) yield* endUnit(group, { state: "done", reason: "handoff" }, [], now, also)
        else yield* chats.holdUnit(group.members.map(({ row }) => row))
        return true
      })
    )
    if (!taken) yield* noted(group, how, replies)
    return taken
  })

  /** Appends a part of a reply whose turn goes on. Says how much of it: nothing once a person has taken over. */
  const append = Effect.fnUntraced(function* (group: Group, replies: ReadonlyArray<Outgoing>) {
    const now = yield* Clock.currentTimeMillis
    const ids = yield* journal.write(
      Effect.flatMap(chats.pausedUnit(group.members[0].row), (paused) =>
        paused ? Effect.succeed([]) : outbox.appendUnit(replies, now)
      )
    )
    if (ids.length > 0) yield* wake(group, replies)
    return ids.length
  })

  return { answer, append, end, endTurn, handedOver, notice, say, wake }
}

export type Replies = ReturnType<typeof makeReplies>
