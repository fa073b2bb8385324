import type { TableMode } from "../domain/Account.ts"
import { writeInline } from "./inline.ts"
import type { Token } from "./parser.ts"
import type { Range } from "./StyledText.ts"
import { columns } from "./width.ts"
import { makeWriter, type Writer } from "./writer.ts"

type Align = "left" | "right" | "center"

/** A table of Markdown: the first row is its head. */
export interface Table {
  readonly rows: ReadonlyArray<ReadonlyArray<Token>>
  readonly aligns: ReadonlyArray<Align>
  /** The lines as they were written. */
  readonly source: string
}

/** A cell wider than this widens its own line only: padding must not outgrow the table. */
const widest = 40

const alignOf = (cell: Token): Align => {
  const style = String(cell.attrGet("style") ?? "")
  return style.includes("right") ? "right" : style.includes("center") ? "center" : "left"
}

/** Reads the tokens between a `table_open` and its end. */
export const readTable = (tokens: ReadonlyArray<Token>, source: string): Table => {
  const rows: Array<Array<Token>> = []
  const aligns: Array<Align> = []
  for (const token of tokens) {
    if (token.type === "tr_open") rows.push([])
    if (token.type === "th_open") aligns.push(alignOf(token))
    if (token.type === "inline") rows.at(-1)?.push(token)
  }
  return { rows, aligns, source }
}

const plain = (cell: Token): string => {
  const writer = makeWriter()
  writeInline(cell.children ?? [], writer, () => {})
  return writer.finish().text.replace(/\s*\n\s*/g, " ")
}

const padded = (text: string, width: number, align: Align): string => {
  const room = Math.max(0, width - columns(text))
  const left = align === "right" ? room : align === "center" ? room >> 1 : 0
  return " ".repeat(left) + text + " ".repeat(room - left)
}

const aligned = ({ aligns, rows }: Table): ReadonlyArray<string> => {
  const cells = rows.map((row) => row.map(plain))
  const widths = aligns.map((_, column) =>
    cells.reduce((most, row) => Math.max(most, Math.min(widest, columns(row[column] ?? ""))), 1)
  )
  const line = (row: ReadonlyArray<string>) =>
    row
      .map((text, column) => padded(text, widths[column] ?? 1, aligns[column] ?? "left"))
      .join(" | ")
      .trimEnd()
  const [head = [], ...body] = cells
  return [line(head), widths.map((width) => "-".repeat(width)).join("-|-"), ...body.map(line)]
}

/** Each row under its first cell, each of its other cells with the column's name. */
const asBullets = ({ rows }: Table, writer: Writer, atom: (range: Range) => void) => {
  const [head = [], ...body] = rows
  const names = head.map(plain)
  let between = 0
  const cell = (token: Token, name: string, bullet: string) => {
    writer.gap(between)
    between = 1
    const start = writer.begin()
    writer.write(bullet)
    if (name !== "") writer.write(`${name}: `)
    writeInline(token.children ?? [], writer, () => {})
    atom({ start, end: writer.length() })
  }
  if (body.length === 0) writer.write(names.join(", "))
  for (const [index, [first, ...others]] of body.entries()) {
    if (first === undefined) continue
    if (index > 0 && names.length > 1) between = 2
    const titled = names.length > 1 && first.content.trim() !== ""
    if (titled) writer.looks.open("b")
    if (names.length === 1 || titled) cell(first, "", names.length === 1 ? "• " : "")
    if (titled) writer.looks.close("b")
    for (const [column, token] of others.entries()) {
      if (token.content.trim() !== "") cell(token, names[column + 1] ?? "", "• ")
    }
  }
}

/** Writes a table in the way that is asked for. Each row, or each cell of a list, is told to `atom`. */
export const writeTable = (table: Table, mode: TableMode, writer: Writer, atom: (range: Range) => void): void => {
  if (mode === "bullets") return asBullets(table, writer, atom)
  const lines = mode === "off" ? table.source.split("\n") : aligned(table)
  for (const [index, line] of lines.entries()) {
    if (index > 0) writer.gap(1)
    const start = writer.begin()
    writer.write(line)
    atom({ start, end: writer.length() })
  }
}
