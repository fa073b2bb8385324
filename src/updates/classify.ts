import * as Digest from "effect/crypto/Digest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type AccountId, ChatId, MessageId } from "../domain/ids.ts"
import type { InboxReason, UpdateSource } from "../domain/reasons.ts"
import type { Admission } from "../journal/InboxRow.ts"
import { decodeEvent, sentAt } from "./decode.ts"
import { isKnown, type RawEvent, unwrap } from "./unwrap.ts"
import { isRecord, isUsableId } from "./wire.ts"

/** An update as a transport hands it over. */
export interface Received {
  readonly account: AccountId
  readonly source: UpdateSource
  /** As received; where only the parsed form is at hand, that as JSON. */
  readonly body: string
  readonly parsed: unknown
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  /** How long rows are kept: what is older is no news, and its key may be forgotten already. 30 days. */
  readonly retention?: Duration.Duration | undefined
}

const days30 = Duration.days(30)

/** The chat of rows that name none: it holds only rows that never become a turn. */
export const noChat = ChatId.make("-")

const waits = { state: "pending", reason: null } as const
const ignored = (reason: InboxReason) => ({ state: "ignored", reason }) as const
const undecodable = { state: "dead", reason: "undecodable" } as const

const judge = (raw: RawEvent, received: Received) => {
  if (!isKnown(raw)) return ignored("unknown-event")
  if (!isUsableId(raw.message["message_id"])) return ignored("no-id")
  const decoded = decodeEvent(raw.event)
  if (Result.isFailure(decoded)) return undecodable
  const age = received.receivedAt - sentAt(decoded.success, received.receivedAt)
  return age > Duration.toMillis(received.retention ?? days30) ? ignored("stale") : waits
}

const chatOf = (raw: RawEvent): ChatId => {
  const chat = raw.message?.["chat"]
  return isRecord(chat) && isUsableId(chat["id"]) ? ChatId.make(chat["id"]) : noChat
}

/** `~` and the SHA-256 of the body: the same body twice is still a duplicate. */
export const keyOfBody = (body: string): Effect.Effect<MessageId, never, Digest.Digest> =>
  Effect.flatMap(Digest.Digest, (digest) =>
    Effect.map(digest.digestHex(Digest.sha256, new TextEncoder().encode(body)), (hex) => MessageId.make(`~${hex}`))
  )

/**
 * Says what becomes of an update in the journal (`design.md` §2, "Turns"). Whatever it is, it becomes a row: a stranger's
 * message is not lost because we do not understand it.
 */
export const classify = (
  received: Received,
  raw: RawEvent = unwrap(received.parsed)
): Effect.Effect<Admission, never, Digest.Digest> => {
  const { account, source, body, receivedAt } = received
  const row = { account, source, body, receivedAt, chat: chatOf(raw), ...judge(raw, received) }
  const id = raw.message?.["message_id"]
  return isUsableId(id)
    ? Effect.succeed({ ...row, messageId: MessageId.make(id) })
    : Effect.map(keyOfBody(body), (messageId) => ({ ...row, messageId }))
}
