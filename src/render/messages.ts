import type { OutboundPayload, ReplyPart } from "../domain/Reply.ts"
import { chunkText } from "./chunk.ts"

/** What an account says of its messages. */
export interface RenderOptions {
  /** UTF-16 units in one message or caption. */
  readonly limit: number
  /** Put before the first words of the reply, with a space between; `""` and absent mean none. */
  readonly responsePrefix?: string | undefined
}

/** NUL fits into no Postgres text and half a surrogate pair into no UTF-8: both become U+FFFD. */
const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd")

const isBlank = (text: string): boolean => text.trim() === ""

/** Puts the prefix before the first words, whether they are a text or a caption. */
const prefixed = (parts: ReadonlyArray<ReplyPart>, prefix: string): ReadonlyArray<ReplyPart> => {
  if (prefix === "") return parts
  const first = parts.findIndex(
    (part) => (part.type === "text" && !isBlank(part.text)) || (part.type === "photo" && !isBlank(part.caption ?? ""))
  )
  return parts.map((part, index) => {
    if (index !== first) return part
    if (part.type === "text") return { ...part, text: `${prefix} ${part.text}` }
    return part.type === "photo" ? { ...part, caption: `${prefix} ${part.caption ?? ""}` } : part
  })
}

const texts = (pieces: ReadonlyArray<string>): ReadonlyArray<OutboundPayload> =>
  pieces.map((text) => ({ _tag: "Text", text }))

const payloads = (part: ReplyPart, limit: number): ReadonlyArray<OutboundPayload> => {
  switch (part.type) {
    case "text":
      return texts(chunkText(storable(part.text), limit))
    case "photo": {
      const url = storable(part.url)
      const [caption, ...overflow] = chunkText(storable(part.caption ?? ""), limit)
      if (caption === undefined) return [{ _tag: "Photo", url }]
      return [{ _tag: "Photo", url, caption }, ...texts(overflow)]
    }
    case "sticker":
      return [{ _tag: "Sticker", sticker: storable(part.sticker) }]
    case "voice":
      return [{ _tag: "Voice", url: storable(part.url) }]
  }
}

/**
 * An agent's answer as calls of the Bot API, in order: texts in pieces, a photo with what its caption can hold and the rest as
 * texts behind it, stickers and voice as they are. Blank texts and captions vanish. A photo's address is not judged here: the
 * sender knows what Zalo can be given.
 */
export const render = (parts: ReadonlyArray<ReplyPart>, options: RenderOptions): ReadonlyArray<OutboundPayload> =>
  prefixed(parts, options.responsePrefix ?? "").flatMap((part) => payloads(part, options.limit))
