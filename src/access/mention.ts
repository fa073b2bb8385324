import * as Option from "effect/Option"
import { Content, type InboundMessage } from "../domain/Update.ts"

/** Equal for people's eyes: case, composed or decomposed Vietnamese, and how wide the gaps are do not count. */
const fold = (text: string): string => text.normalize("NFC").toLowerCase().replace(/\s+/gu, " ").trim()

/** A name ends where no letter, mark or digit goes on: `@Bot` is not the beginning of `@Botany`. */
const goesOn = /^[\p{L}\p{M}\p{N}_\u200d]/u

/**
 * Where the mention that a text begins with ends, in UTF-16 units. Zalo sends `@` and the bot's display name, spaces and all,
 * inside the text, and no list of mentions (`zalo-bot-api.md` §8: a pattern like `@\S+` strips too little).
 */
const mentionEnd = (text: string, botName: string): number | undefined => {
  const name = fold(botName)
  const start = text.length - text.trimStart().length
  if (name === "" || text[start] !== "@") return undefined
  const wanted = `@${name}`
  // A decomposed letter takes up to four units; gaps may be wider than one.
  const last = Math.min(text.length, start + wanted.length * 4 + 16)
  for (let end = start + 2; end <= last; end++) {
    if (fold(text.slice(start, end)) === wanted && !goesOn.test(text.slice(end))) return end
  }
  return undefined
}

/** Whether a text begins with `@` and the bot's display name. */
export const beginsWithMention = (text: string, botName: string): boolean => mentionEnd(text, botName) !== undefined

/** The text without the mention that it begins with, and without the gap behind it. */
export const stripMention = (text: string, botName: string): string => {
  const end = mentionEnd(text, botName)
  return end === undefined ? text : text.slice(end).trimStart()
}

/** What a person wrote: the text, a picture's caption, or nothing. */
export const wordsOf = (content: Content): string => {
  switch (content._tag) {
    case "Text":
      return content.text
    case "Photo":
      return content.caption
    default:
      return ""
  }
}

/** A group's message as the agent should read it: its text or caption without the bot's name. Others stay as they are. */
export const withoutMention = (message: InboundMessage, botName: Option.Option<string>): InboundMessage => {
  if (message.chat.type !== "GROUP" || Option.isNone(botName)) return message
  const { content } = message
  switch (content._tag) {
    case "Text":
      return { ...message, content: { ...content, text: stripMention(content.text, botName.value) } }
    case "Photo":
      return { ...message, content: { ...content, caption: stripMention(content.caption, botName.value) } }
    default:
      return message
  }
}
