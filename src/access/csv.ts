/** What is wrong in one line of a file. Lines count from 1; a record of several lines has the number of its first one. */
export interface LineProblem {
  readonly line: number
  readonly message: string
}

export interface CsvRecord {
  readonly line: number
  readonly fields: ReadonlyArray<string>
}

export interface Csv {
  /** Blank lines are left out. */
  readonly records: ReadonlyArray<CsvRecord>
  readonly problems: ReadonlyArray<LineProblem>
}

/** Spreadsheets of countries whose numbers have a comma, Vietnam's among them, write a semicolon between the fields. */
const separatorOf = (text: string): string => {
  const end = text.search(/[\r\n]/)
  const head = end < 0 ? text : text.slice(0, end)
  return !head.includes(",") && head.includes(";") ? ";" : ","
}

const quoted = /[",;\r\n]|^\s|\s$/

/** One line of CSV as RFC 4180 has it, its end included. */
export const csvLine = (fields: ReadonlyArray<string>): string =>
  `${fields.map((field) => (quoted.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",")}\r\n`

/**
 * Reads CSV (RFC 4180): quoted fields with separators, quotes and line ends in them, any of the three line ends, and the byte
 * order mark that Excel writes. A record that is wrong is told with its line, and those after it are read all the same.
 */
export const readCsv = (file: string): Csv => {
  const text = file.startsWith("\uFEFF") ? file.slice(1) : file
  const separator = separatorOf(text)
  const records: Array<CsvRecord> = []
  const problems: Array<LineProblem> = []
  let at = 0
  let line = 1

  const endOfLine = (from: number): number => {
    let end = from
    while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++
    return end
  }
  /** Past the end of a line, if there is one here. */
  const overLineEnd = (): void => {
    if (at >= text.length) return
    at += text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1
    line++
  }
  const bare = (): string => {
    const from = at
    while (at < text.length && text[at] !== separator && text[at] !== "\n" && text[at] !== "\r") at++
    return text.slice(from, at)
  }
  /** Undefined: it never ends, or something stands behind its end. */
  const inQuotes = (first: number): string | undefined => {
    let value = ""
    at++
    for (;;) {
      const close = text.indexOf('"', at)
      const part = text.slice(at, close < 0 ? undefined : close)
      line += part.match(/\r\n|\r|\n/g)?.length ?? 0
      value += part
      if (close < 0) {
        at = text.length
        problems.push({ line: first, message: "a quoted field has no end" })
        return undefined
      }
      at = close + 1
      if (text[at] !== '"') break
      value += '"'
      at++
    }
    const next = text[at]
    if (next === undefined || next === separator || next === "\n" || next === "\r") return value
    problems.push({ line: first, message: "something stands behind the closing quote of a field" })
    at = endOfLine(at)
    return undefined
  }

  while (at < text.length) {
    const first = line
    const fields: Array<string> = []
    let wrong = false
    for (;;) {
      const field = text[at] === '"' ? inQuotes(first) : bare()
      if (field === undefined) {
        wrong = true
        break
      }
      fields.push(field)
      if (text[at] !== separator) break
      at++
    }
    overLineEnd()
    const blank = fields.length === 1 && fields[0]?.trim() === ""
    if (!wrong && !blank) records.push({ line: first, fields })
  }
  return { records, problems }
}
