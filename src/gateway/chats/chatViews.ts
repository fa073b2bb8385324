import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { ChatType } from "../../domain/Update.ts"
import { type ListedChat, PausedBy } from "../../journal/chats/Chats.ts"
import type { Received, Transcript, Written } from "../../journal/chats/transcript.ts"
import { readUpdate, wordsOfPayload, wordsOfUpdate } from "../queue/words.ts"

/** ISO 8601, UTC. */
const time = Schema.String
const maybeTime = Schema.NullOr(time)

/** A chat, as `chat list --json` and the API show it. */
export const ChatView = Schema.Struct({
  account: Schema.String,
  chatId: Schema.String,
  type: ChatType,
  /** The person's; empty for a group. */
  name: Schema.String,
  firstSeenAt: time,
  lastSeenAt: time,
  /** Messages that were let in. */
  messages: Schema.Int,
  paused: Schema.Boolean,
  pausedAt: maybeTime,
  pausedBy: Schema.NullOr(PausedBy),
  /** Why, as whoever paused it said. */
  reason: Schema.NullOr(Schema.String),
  resumeAt: maybeTime,
  /** Messages kept since the pause that no person has answered. */
  waiting: Schema.Int,
  /** Since when somebody there waits for a person. */
  waitingSince: maybeTime,
  optedOutAt: maybeTime
})
export type ChatView = typeof ChatView.Type

/** One message of a chat. */
export const MessageView = Schema.Struct({
  /** When it was received, or written: sending may have come later. */
  at: time,
  /** `operator`: a person, as the bot. */
  from: Schema.Literals(["person", "bot", "operator"]),
  /** Of a person: in a group there are many. */
  name: Schema.optionalKey(Schema.String),
  kind: Schema.String,
  state: Schema.String,
  reason: Schema.NullOr(Schema.String),
  text: Schema.optionalKey(Schema.String),
  /** Of a picture, a sticker or a voice message, for as long as Zalo keeps it. */
  url: Schema.optionalKey(Schema.String)
})
export type MessageView = typeof MessageView.Type

const iso = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))
const maybe = (millis: number | null): string | null => (millis === null ? null : iso(millis))

export const chatView = (row: ListedChat): ChatView => ({
  account: row.account,
  chatId: row.chat,
  type: row.type,
  name: row.name,
  firstSeenAt: iso(row.firstSeenAt),
  lastSeenAt: iso(row.lastSeenAt),
  messages: row.messages,
  paused: row.pausedAt !== null,
  pausedAt: maybe(row.pausedAt),
  pausedBy: row.pausedBy,
  reason: row.pauseReason,
  resumeAt: maybe(row.resumeAt),
  waiting: row.waiting,
  waitingSince: maybe(row.waitingSince),
  optedOutAt: maybe(row.optedOutAt)
})

const receivedView = (row: Received, text: boolean): MessageView => {
  const message = readUpdate(row, row.body)
  const content = message?.content
  const url = content !== undefined && "url" in content ? content.url : undefined
  return {
    at: iso(row.receivedAt),
    from: "person",
    name: message?.sender.displayName ?? "",
    kind: content?._tag.toLowerCase() ?? "unreadable",
    state: row.state,
    reason: row.reason,
    ...(text ? { text: wordsOfUpdate(row, row.body), ...(url === undefined ? {} : { url }) } : {})
  }
}

const writtenView = (row: Written, text: boolean): MessageView => ({
  at: iso(row.createdAt),
  from: row.origin === "cli" || row.origin === "api" ? "operator" : "bot",
  kind: row.kind,
  state: row.state,
  reason: row.reason,
  ...(text ? { text: wordsOfPayload(row.payload) } : {})
})

/** Both sides as one conversation, oldest first: the last `limit` messages. Words only where they are asked for. */
export const conversation = (
  { received, written }: Transcript,
  options: { readonly limit: number; readonly text: boolean }
): ReadonlyArray<MessageView> => {
  const all = [
    ...received.map((row) => ({ at: row.receivedAt, view: receivedView(row, options.text) })),
    ...written.map((row) => ({ at: row.createdAt, view: writtenView(row, options.text) }))
  ]
  return all
    .toSorted((a, b) => a.at - b.at)
    .slice(-options.limit)
    .map(({ view }) => view)
}
