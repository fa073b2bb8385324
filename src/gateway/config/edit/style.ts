import type * as Schema from "effect/Schema"
import { beginsLine, indentAt, rangeOf, type Source } from "./source.ts"

/** How this file is written, so that what is added looks like what stands there. */
export interface Style {
  /** One step to the right. */
  readonly unit: string
  readonly newline: string
  /** Plain JSON: quoted names, no comma at the end. */
  readonly json: boolean
  readonly quote: '"' | "'"
}

export const styleOf = ({ body, marks, text }: Source): Style => {
  const first = body.type === "Object" ? body.members[0] : undefined
  const at = first === undefined ? 0 : rangeOf(first).start
  const indent = beginsLine(text, at) ? indentAt(text, at) : ""
  const quotes = new Set(marks.filter(({ type }) => type === "String").map(({ start }) => text[start]))
  return {
    unit: indent === "" ? "  " : indent,
    newline: text.includes("\r\n") ? "\r\n" : "\n",
    json: first !== undefined && !marks.some(({ type }) => type === "Identifier"),
    quote: quotes.has("'") && !quotes.has('"') ? "'" : '"'
  }
}

const string = (value: string, { quote }: Style): string => {
  const quoted = JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")
  return quote === '"' ? quoted : `'${quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** A key and its colon. */
export const nameText = (name: string, style: Style): string =>
  !style.json && /^[A-Za-z_$][\w$]*$/.test(name) ? `${name}: ` : `${string(name, style)}: `

/** Lists of words up to here stand in one line. */
const widest = 80

const list = (value: ReadonlyArray<Schema.Json>, indent: string, style: Style): string => {
  const inline = `[${value.map((one) => valueText(one, indent, style, true)).join(", ")}]`
  if (inline.length <= widest || value.length === 0) return inline
  return block(
    "[",
    value.map((one) => valueText(one, indent + style.unit, style)),
    "]",
    indent,
    style
  )
}

const block = (open: string, parts: ReadonlyArray<string>, close: string, indent: string, style: Style): string => {
  const inner = style.newline + indent + style.unit
  return `${open}${inner}${parts.join(`,${inner}`)}${style.json ? "" : ","}${style.newline}${indent}${close}`
}

/** A value as it would be written by hand at this indentation. */
export const valueText = (value: Schema.Json, indent: string, style: Style, inline = false): string => {
  if (typeof value === "string") return string(value, style)
  if (value === null || typeof value !== "object") return JSON.stringify(value)
  if (isList(value))
    return inline
      ? `[${value.map((one) => valueText(one, indent, style, true)).join(", ")}]`
      : list(value, indent, style)
  const members = Object.entries(value)
  if (members.length === 0) return "{}"
  const write = (within: string) =>
    members.map(([name, one]) => nameText(name, style) + valueText(one, within, style, inline))
  return inline ? `{ ${write(indent).join(", ")} }` : block("{", write(indent + style.unit), "}", indent, style)
}

export const isList = (value: Schema.Json): value is ReadonlyArray<Schema.Json> => Array.isArray(value)
