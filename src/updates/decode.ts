import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { AccountId } from "../domain/ids.ts"
import type { ChatType, Content, InboundMessage } from "../domain/Update.ts"
import { isKnown, unwrap } from "./unwrap.ts"
import { KnownEvent } from "./wire.ts"

/** Why a body is no message. `detail` names the field and never what it held: those are people's words. */
export interface NotAMessage {
  readonly reason: "undecodable" | "unknown-event"
  readonly detail: string
}

const decodeKnown = Schema.decodeUnknownResult(KnownEvent)

/** Decodes an event that was already unwrapped. */
export const decodeEvent = (event: Record<string, unknown>): Result.Result<KnownEvent, NotAMessage> =>
  Result.mapError(decodeKnown(event), (error) => ({ reason: "undecodable", detail: error.message }))

/** Seconds and milliseconds do not meet: 10¹² ms was 2001, 10¹² s is far away. Zalo sends milliseconds (§6.2). */
const inMillis = (date: number): number => Math.trunc(date < 1_000_000_000_000 ? date * 1_000 : date)

/** When it was sent, in milliseconds since 1970. */
export const sentAt = (event: KnownEvent, receivedAt: number): number => {
  const { date } = event.message
  return date === undefined || date === null ? receivedAt : inMillis(date)
}

const chatType = ({ chat_type, id }: KnownEvent["message"]["chat"]): ChatType =>
  chat_type ?? (id.startsWith("zgr-") ? "GROUP" : "PRIVATE")

/** An address that says something. */
const address = (url: string | null | undefined): { readonly url?: string } =>
  url === undefined || url === null || url.trim() === "" ? {} : { url }

const content = (event: KnownEvent): Content => {
  switch (event.event_name) {
    case "message.text.received":
      return { _tag: "Text", text: event.message.text }
    case "message.image.received": {
      const { photo_url, photo, caption } = event.message
      return { _tag: "Photo", ...address(photo_url ?? photo), caption: caption ?? "" }
    }
    case "message.sticker.received":
      return { _tag: "Sticker", sticker: event.message.sticker, ...address(event.message.url) }
    case "message.voice.received":
      return { _tag: "Voice", ...address(event.message.voice_url) }
    case "message.unsupported.received":
      return { _tag: "Unsupported" }
  }
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/**
 * Reads a journalled body, bare or wrapped in `{ok, result}`, as a message. `receivedAt` stands in for a missing `date`.
 *
 * Facts: `zalo-bot-api.md` §6.
 */
export const decodeMessage = (
  account: AccountId,
  body: string,
  receivedAt: number
): Result.Result<InboundMessage, NotAMessage> => {
  const raw = unwrap(parse(body))
  if (!isKnown(raw)) return Result.fail({ reason: "unknown-event", detail: "no event that carries a message" })
  const decoded = decodeEvent(raw.event)
  if (Result.isFailure(decoded)) return Result.fail(decoded.failure)
  const { message } = decoded.success
  return Result.succeed({
    account,
    id: message.message_id,
    chat: { id: message.chat.id, type: chatType(message.chat) },
    sender: {
      id: message.from.id,
      displayName: message.from.display_name ?? message.from.name ?? "",
      isBot: message.from.is_bot ?? false
    },
    sentAt: DateTime.makeUnsafe(sentAt(decoded.success, receivedAt)),
    content: content(decoded.success)
  })
}
