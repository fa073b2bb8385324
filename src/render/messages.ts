import type { ChunkMode, RenderMode, TableMode } from "../domain/Account.ts"
import type { OutboundPayload, ReplyPart } from "../domain/Reply.ts"
import { withoutArtifacts } from "./artifacts.ts"
import { chunks } from "./chunk.ts"
import { chunkStyled } from "./chunkStyled.ts"
import { markdown } from "./markdown.ts"
import { prefixedMarkdown, prefixedStyled } from "./prefixed.ts"
import type { StyledText } from "./StyledText.ts"

/** How an answer becomes messages. */
export interface RenderOptions {
  /** UTF-16 units in one message or caption. */
  readonly limit: number
  /** What becomes of Markdown; default `styles`. */
  readonly mode?: RenderMode | undefined
  /** Default `code`. In `mode` "markdown" tables go out as they are written. */
  readonly tables?: TableMode | undefined
  /** Default `length`. */
  readonly chunkMode?: ChunkMode | undefined
  /** Whether a model's leftovers are taken out of Markdown (`withoutArtifacts`); default true. */
  readonly filterArtifacts?: boolean | undefined
  /** Put before the first words of the reply, with a space between; `""` and absent mean none. */
  readonly responsePrefix?: string | undefined
}

type Worded = Extract<ReplyPart, { readonly type: "text" | "photo" }>
type Text = Extract<OutboundPayload, { readonly _tag: "Text" }>

/** NUL fits into no Postgres text and half a surrogate pair into no UTF-8: both become U+FFFD. */
const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd")

const isBlank = (text: string): boolean => text.trim() === ""

const worded = (part: ReplyPart): part is Worded => part.type === "text" || part.type === "photo"

/** The words of a part, before anything is made of them. */
const wordsOf = (part: ReplyPart, { filterArtifacts }: RenderOptions): string => {
  if (!worded(part)) return ""
  const words = storable((part.type === "text" ? part.text : part.caption) ?? "")
  return part.format === "plain" || filterArtifacts === false ? words : withoutArtifacts(words)
}

const styledPayload = ({ styles, text }: StyledText): Text =>
  styles.length === 0 ? { _tag: "Text", text } : { _tag: "Text", text, styles }

/** Words as texts. A photo's are never Markdown for Zalo to read: it reads none in captions (`zalo-bot-api.md` §5.8). */
const texts = (
  words: string,
  part: Worded,
  prefix: string,
  { chunkMode, limit, mode = "styles", tables }: RenderOptions
): ReadonlyArray<Text> => {
  const plain = part.format === "plain"
  if (mode === "markdown" && !plain && part.type === "text") {
    return chunks(prefixedMarkdown(words, prefix), limit, chunkMode).map(({ text }) => ({
      _tag: "Text",
      text,
      parseMode: "markdown"
    }))
  }
  const rendered: StyledText = plain ? { text: words, styles: [] } : markdown(words, { tables })
  if (isBlank(rendered.text)) return []
  const whole = prefixedStyled(rendered, prefix)
  return chunkStyled(mode === "styles" ? whole : { ...whole, styles: [] }, limit, chunkMode).map(styledPayload)
}

const payloads = (part: ReplyPart, words: ReadonlyArray<Text>): ReadonlyArray<OutboundPayload> => {
  switch (part.type) {
    case "text":
      return words
    case "photo": {
      const url = storable(part.url)
      const [caption, ...overflow] = words
      return [
        caption === undefined ? { _tag: "Photo", url } : { _tag: "Photo", url, caption: caption.text },
        ...overflow
      ]
    }
    case "sticker":
      return [{ _tag: "Sticker", sticker: storable(part.sticker) }]
    case "voice":
      return [{ _tag: "Voice", url: storable(part.url) }]
    case "handoff":
      return []
  }
}

/**
 * An agent's answer as calls of the Bot API, in order: texts in pieces, a photo with what its caption can hold and the rest as
 * texts behind it, stickers and voice as they are. Blank texts and captions vanish. A photo's address is not judged here: the
 * sender knows what Zalo can be given.
 *
 * Words are Markdown unless their part says `format: "plain"`; those go out as they are, in every mode. `styles` makes of Markdown
 * words with Zalo's styles, `plain` the same words without, `markdown` leaves it to Zalo, which knows less of it
 * (`zalo-bot-api.md` §5.7: no tables, links or fences).
 */
export const render = (parts: ReadonlyArray<ReplyPart>, options: RenderOptions): ReadonlyArray<OutboundPayload> => {
  let prefix = options.responsePrefix ?? ""
  return parts.flatMap((part) => {
    const words = wordsOf(part, options)
    const made = worded(part) && !isBlank(words) ? texts(words, part, prefix, options) : []
    if (made.length > 0) prefix = ""
    return payloads(part, made)
  })
}
