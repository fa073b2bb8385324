import * as Result from "effect/Result"
import { chatOf } from "./commands/message/target.ts"

/** Chats of a file, in its order, each once. */
export interface Targets {
  readonly chats: ReadonlyArray<string>
  /** Lines that named a chat again. */
  readonly repeated: number
}

/** One record of a CSV file; quoted fields may hold commas and doubled quotes. */
const fieldsOf = (line: string): ReadonlyArray<string> => {
  const fields: Array<string> = []
  let field = ""
  let quoted = false
  for (let i = 0; i < line.length; i++) {
    const char = line[i] ?? ""
    if (quoted) {
      if (char !== '"') field += char
      else if (line[i + 1] === '"') field += line[++i] ?? ""
      else quoted = false
    } else if (char === '"' && field === "") quoted = true
    else if (char === ",") {
      fields.push(field)
      field = ""
    } else field += char
  }
  return [...fields, field]
}

/** Spreadsheets of some languages write semicolons. */
const withCommas = (line: string): string => (line.includes(",") ? line : line.replaceAll(";", ","))

const columnNames = new Set(["chat", "chatid", "chat_id"])

/** Where a CSV file's header has the chats; undefined where it is no such header. */
const chatColumn = (line: string): number | undefined => {
  const names = fieldsOf(line).map((name) => name.trim().toLowerCase())
  const column = names.findIndex((name) => columnNames.has(name))
  return column < 0 ? undefined : column
}

/**
 * Chat ids, one a line, or CSV with a header and a `chat` column. Blank lines and those that begin with `#` say nothing. The
 * failure is a sentence.
 */
export const readTargets = (text: string): Result.Result<Targets, string> => {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line, i) => ({ line: line.trim(), at: i + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"))
  const [head] = lines
  if (head === undefined) return Result.fail("it names no chat")
  const column = chatColumn(withCommas(head.line))
  if (column === undefined && head.line.includes(",")) {
    return Result.fail(`line ${head.at} looks like CSV, and no column of it is called "chat"`)
  }
  const chats = new Set<string>()
  let named = 0
  for (const { at, line } of column === undefined ? lines : lines.slice(1)) {
    const chat = chatOf(column === undefined ? line : (fieldsOf(withCommas(line))[column] ?? ""))
    if (chat === "" && column !== undefined) continue
    if (chat === "" || /\s|,/.test(chat)) return Result.fail(`line ${at} is no chat id: ${line.slice(0, 60)}`)
    named++
    chats.add(chat)
  }
  return chats.size === 0
    ? Result.fail("it names no chat")
    : Result.succeed({ chats: [...chats], repeated: named - chats.size })
}
