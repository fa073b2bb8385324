import { readTag } from "./html.ts"
import type { Look } from "./looks.ts"
import type { Token } from "./parser.ts"
import type { Range } from "./StyledText.ts"
import type { Writer } from "./writer.ts"

/** Zalo's palette (`zalo-bot-api.md` §5.7). */
const zaloLooks: Readonly<Record<string, Look>> = {
  red: "c_db342e",
  orange: "c_f27806",
  yellow: "c_f7b503",
  green: "c_15a85f",
  big: "f_18",
  underline: "u"
}

const opening: Readonly<Record<string, Look>> = { strong_open: "b", em_open: "i", s_open: "s" }
const closing: Readonly<Record<string, Look>> = { strong_close: "b", em_close: "i", s_close: "s" }

const bare = (address: string): string => address.replace(/^(?:mailto:|tel:|https?:\/\/)/i, "").replace(/\/$/, "")

/** What stands behind the words of a link: nothing where they are the address, or where it leads nowhere from here. */
const shownAddress = (address: string, words: string): string => {
  if (address === "" || address.startsWith("#") || /^data:/i.test(address)) return ""
  if (words.trim() === "") return address
  return bare(address) === bare(words.trim()) ? "" : ` (${address})`
}

/** The tags of Zalo's own markup that have their other half; the others are words. */
const paired = (tokens: ReadonlyArray<Token>): ReadonlySet<Token> => {
  const found = new Set<Token>()
  const waiting = new Map<string, Array<Token>>()
  for (const token of tokens) {
    if (token.type === "zalo_open") {
      const same = waiting.get(token.info)
      if (same === undefined) waiting.set(token.info, [token])
      else same.push(token)
    }
    const open = token.type === "zalo_close" ? waiting.get(token.info)?.pop() : undefined
    if (open !== undefined) found.add(open).add(token)
  }
  return found
}

const altOf = (token: Token): string => (token.children ?? []).map((inner) => inner.content || altOf(inner)).join("")

const attribute = (token: Token, name: string): string => String(token.attrGet(name) ?? "")

/** Writes the words of one block. Links and inline code are told to `atom`. */
export const writeInline = (tokens: ReadonlyArray<Token>, writer: Writer, atom: (range: Range) => void): void => {
  const restore = writer.looks.save()
  const halves = tokens.some((token) => token.type === "zalo_close") ? paired(tokens) : undefined
  const links: Array<{ readonly start: number; readonly address: string }> = []

  const whole = (start: number) => atom({ start, end: writer.length() })

  const openLink = (address: string) => links.push({ start: writer.begin(), address })
  const closeLink = () => {
    const link = links.pop()
    if (link === undefined) return
    writer.write(shownAddress(link.address, writer.since(link.start)))
    // Inside another link it is a part of that one.
    if (links.length === 0) whole(link.start)
  }

  const html = (token: Token) => {
    const tag = readTag(token.content)
    switch (tag._tag) {
      case "Look":
        return tag.open ? writer.looks.open(tag.look) : writer.looks.close(tag.look)
      case "Link":
        if (!tag.open) return closeLink()
        return void (links.length === 0 && openLink(tag.address))
      case "Break":
        return writer.write("\n")
      case "Line":
        return writer.gap(1)
      case "Words":
        return writer.write(token.content)
      case "Nothing":
    }
  }

  for (const token of tokens) {
    switch (token.type) {
      case "text":
        writer.write(token.content)
        break
      case "softbreak":
      case "hardbreak":
        writer.write("\n")
        break
      case "code_inline": {
        const start = writer.begin()
        writer.write(token.content)
        if (links.length === 0) whole(start)
        break
      }
      case "link_open":
        openLink(attribute(token, "href"))
        break
      case "link_close":
        closeLink()
        break
      case "image": {
        const start = writer.begin()
        const alt = altOf(token)
        writer.write(alt)
        writer.write(shownAddress(attribute(token, "src"), alt))
        if (links.length === 0) whole(start)
        break
      }
      case "html_inline":
        html(token)
        break
      case "zalo_open":
      case "zalo_close": {
        const look = halves?.has(token) === true ? zaloLooks[token.info] : undefined
        if (look === undefined) writer.write(token.content)
        else if (token.type === "zalo_open") writer.looks.open(look)
        else writer.looks.close(look)
        break
      }
      default: {
        const opened = opening[token.type]
        const closed = closing[token.type]
        if (opened !== undefined) writer.looks.open(opened)
        else if (closed !== undefined) writer.looks.close(closed)
        else writer.write(token.content)
      }
    }
  }
  while (links.length > 0) closeLink()
  restore()
}
