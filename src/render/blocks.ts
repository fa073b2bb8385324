import type { TableMode } from "../domain/Account.ts"
import { writeInline } from "./inline.ts"
import type { Look } from "./looks.ts"
import type { Outline } from "./outline.ts"
import { parseInline, type Token } from "./parser.ts"
import { readTable, writeTable } from "./table.ts"
import type { Writer } from "./writer.ts"

/** Sizes of Zalo (`zalo-bot-api.md` §5.7): a message is small, so that two steps above the normal one suffice. */
const headings: Readonly<Record<string, ReadonlyArray<Look>>> = { h1: ["b", "f_20"], h2: ["b", "f_18"] }
const smallHeading: ReadonlyArray<Look> = ["b"]

const bullets = ["•", "◦", "▪"]
const rule = "──────────"
const quoteBar = "│ "

const task = /^\[([ xX])\][ \t]/

/** The box of a task list's item, whose words then lose theirs. */
const takeBox = (paragraph: Token | undefined, inline: Token | undefined): string | undefined => {
  const first = inline?.children?.[0]
  if (paragraph?.type !== "paragraph_open" || first?.type !== "text") return undefined
  const mark = task.exec(first.content)?.[1]
  if (mark === undefined) return undefined
  first.content = first.content.slice(4)
  return mark === " " ? "☐ " : "☑ "
}

interface List {
  /** Of the next item; undefined in a list of bullets. */
  number: number | undefined
}

/** Writes the blocks of a parsed text. */
export const writeBlocks = (
  tokens: ReadonlyArray<Token>,
  source: string,
  tables: TableMode,
  writer: Writer,
  outline: Outline
): void => {
  const lists: Array<List> = []
  let lines: ReadonlyArray<string> | undefined
  /** Of the source: behind what is written. */
  let line = 0
  let headingStart = 0

  /** Where the source has an empty line, the text gets one. */
  const gap = ({ map }: Token) => {
    const from = map?.[0] ?? line
    writer.gap(from > line ? 2 : 1)
    line = Math.max(line, from)
  }

  const past = ({ map }: Token) => {
    line = Math.max(line, map?.[1] ?? 0)
  }

  const block = (token: Token, write: () => void) => {
    gap(token)
    writer.begin()
    const start = writer.line()
    write()
    outline.block({ start, end: writer.length() })
    past(token)
  }

  const simple = (token: Token, text: string) => {
    gap(token)
    writer.write(text)
    past(token)
  }

  const words = (token: Token, children: ReadonlyArray<Token>) => {
    writeInline(children, writer, outline.atom)
    past(token)
  }

  const openItem = (token: Token, index: number) => {
    gap(token)
    const list = lists.at(-1)
    const box = takeBox(tokens[index + 1], tokens[index + 2])
    if (list?.number === undefined) {
      return writer.enter("  ", box ?? `${bullets[(lists.length - 1) % bullets.length] ?? "•"} `)
    }
    writer.enter("   ", `${list.number}${token.markup} ${box ?? ""}`)
    list.number += 1
  }

  const heading = (token: Token) => headings[token.tag] ?? smallHeading

  const table = (open: Token, index: number): number => {
    let end = index
    while (end < tokens.length - 1 && tokens[end]?.type !== "table_close") end += 1
    lines ??= source.split(/\r\n?|\n/)
    const written = lines.slice(...(open.map ?? [0, 0])).map((text) => text.replace(/^[\s>]+/, ""))
    block(open, () => writeTable(readTable(tokens.slice(index, end), written.join("\n")), tables, writer, outline.atom))
    return end
  }

  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]
    switch (token?.type) {
      case "heading_open":
        gap(token)
        writer.begin()
        headingStart = writer.line()
        for (const look of heading(token)) writer.looks.open(look)
        break
      case "heading_close":
        for (const look of heading(token)) writer.looks.close(look)
        outline.heading({ start: headingStart, end: writer.length() })
        break
      case "paragraph_open":
        gap(token)
        break
      case "inline":
        words(token, token.children ?? [])
        break
      case "bullet_list_open":
      case "ordered_list_open":
        gap(token)
        outline.itemEnds(writer.length())
        lists.push({ number: token.type === "bullet_list_open" ? undefined : Number(token.attrGet("start") ?? 1) })
        break
      case "bullet_list_close":
      case "ordered_list_close":
        lists.pop()
        break
      case "list_item_open":
        openItem(token, index)
        break
      case "list_item_close":
        writer.leave()
        outline.itemEnds(writer.length())
        break
      case "blockquote_open":
        gap(token)
        writer.enter(quoteBar)
        break
      case "blockquote_close":
        writer.leave()
        break
      case "fence":
      case "code_block":
        block(token, () => writer.write(token.content.replace(/\n$/, "")))
        break
      case "literal":
        simple(token, token.content)
        break
      case "hr":
        simple(token, rule)
        break
      case "html_block":
        gap(token)
        words(token, parseInline(token.content.trimEnd()))
        break
      case "table_open":
        index = table(token, index)
        break
      default:
    }
  }
}
