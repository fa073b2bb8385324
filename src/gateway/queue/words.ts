import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { OutboundPayload } from "../../domain/Reply.ts"
import type { Content, InboundMessage } from "../../domain/Update.ts"
import type { InboxEntry } from "../../journal/queue/entries.ts"
import { decodeMessage } from "../../updates/decode.ts"

/** What a body says, as far as it can be read. */
export const readUpdate = (
  { account, receivedAt }: Pick<InboxEntry, "account" | "receivedAt">,
  body: string
): InboundMessage | undefined => Result.getOrUndefined(decodeMessage(account, body, receivedAt))

const wordsOf = (content: Content): string => {
  switch (content._tag) {
    case "Text":
      return content.text
    case "Photo":
      return content.caption
    case "Sticker":
      return content.sticker
    case "Voice":
    case "Unsupported":
      return ""
  }
}

/** What a person wrote; the body itself where it cannot be read. */
export const wordsOfUpdate = (row: Pick<InboxEntry, "account" | "receivedAt">, body: string): string => {
  const message = readUpdate(row, body)
  return message === undefined ? body : wordsOf(message.content)
}

const decodePayload = Schema.decodeUnknownResult(Schema.fromJsonString(OutboundPayload))

/** What is sent: its text, its caption, or the address of what has none. */
export const wordsOfPayload = (json: string): string => {
  const payload = Result.getOrUndefined(decodePayload(json))
  switch (payload?._tag) {
    case "Text":
      return payload.text
    case "Photo":
      return payload.caption ?? payload.url
    case "Sticker":
      return payload.sticker
    case "Voice":
      return payload.url
    case undefined:
      return json
  }
}
