import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { AccountId } from "../domain/ids.ts"
import { csvLine, type LineProblem, readCsv } from "./csv.ts"
import { everyone, normalizeEntry } from "./entries.ts"
import type { GrantEntry } from "./imports.ts"
import type { Grant } from "./records.ts"

/** The columns of a file of grants. In a file that is read they may come in any order, and only `senderId` has to. */
export const columns = ["account", "senderId", "displayName", "approvedBy", "approvedAt"] as const
type Column = (typeof columns)[number]

/** What a spreadsheet would take for a formula, or would strip like a quote that we put there. */
const risky = "[=+\\-@\\t\\r\\n'＝＋－＠]"
const needsGuard = new RegExp(`^${risky}`)
const guarded = new RegExp(`^'${risky}`)

/** A name such as `=HYPERLINK(…)` comes from a stranger: a quote before it makes it a text in every spreadsheet. */
export const guard = (cell: string): string => (needsGuard.test(cell) ? `'${cell}` : cell)
export const unguard = (cell: string): string => (guarded.test(cell) ? cell.slice(1) : cell)

/** Grants as CSV, with a header. What reads it gives the same grants. */
export const grantsCsv = (grants: ReadonlyArray<Grant>): string =>
  csvLine(columns) +
  grants
    .map(({ account, approvedAt, approvedBy, displayName, senderId }) =>
      csvLine([account, senderId, displayName, approvedBy, DateTime.formatIso(approvedAt)].map(guard))
    )
    .join("")

/** A grant as it is written, before anything was checked. */
export type Cells = { readonly [column in Column]?: string | undefined }

/** `6.5E+19`: what is left of an id that a spreadsheet took for a number. */
const rounded = /^\d(?:[.,]\d+)?E\+\d+$/i

const isAccount = Schema.is(AccountId)

/** Why this is nobody's id, or undefined. */
const senderProblem = (typed: string): string | undefined => {
  const sender = normalizeEntry(typed)
  if (sender === "") return "senderId is empty"
  if (sender === everyone) return 'senderId is "*": only the configuration may let everybody in'
  if (sender.startsWith("zgr-")) return `${sender} is a group: groups are let in by groupAllowFrom`
  if (rounded.test(sender)) return `${typed.trim()} is an id that a spreadsheet has rounded: mark that column as text`
  if (/[\s\p{C}]/u.test(sender) || sender.length > 256) return "senderId is not a Zalo id"
  return undefined
}

const accountOf = (typed: string, wanted: AccountId | undefined): Result.Result<AccountId, string> => {
  const id = typed.trim().toLowerCase()
  if (id === "")
    return wanted === undefined ? Result.fail("no account: give it with --account") : Result.succeed(wanted)
  if (!isAccount(id)) return Result.fail(`"${typed.trim()}" is no account's id`)
  return wanted === undefined || wanted === id
    ? Result.succeed(id)
    : Result.fail(`account ${id} is not ${wanted}, which --account names`)
}

const timeOf = (typed: string): Result.Result<number | undefined, string> => {
  if (typed.trim() === "") return Result.succeed(undefined)
  const written = /^\d{4}-\d{2}-\d{2}/.test(typed.trim()) ? DateTime.make(typed.trim()) : Option.none()
  return Option.match(written, {
    onNone: () => Result.fail(`approvedAt "${typed}" is not a time such as 2026-11-22T08:00:00Z`),
    onSome: (time) => Result.succeed(DateTime.toEpochMillis(time))
  })
}

const entryOf = (cells: Cells, wanted: AccountId | undefined): Result.Result<GrantEntry, string> => {
  const wrong = senderProblem(cells.senderId ?? "")
  if (wrong !== undefined) return Result.fail(wrong)
  return Result.flatMap(accountOf(cells.account ?? "", wanted), (account) =>
    Result.map(timeOf(cells.approvedAt ?? ""), (approvedAt) => ({
      account,
      senderId: normalizeEntry(cells.senderId ?? ""),
      displayName: cells.displayName ?? "",
      approvedBy: cells.approvedBy ?? "",
      approvedAt
    }))
  )
}

interface Line {
  readonly line: number
  readonly cells: Cells
}

type Read = { readonly lines: ReadonlyArray<Line>; readonly problems: ReadonlyArray<LineProblem> }

const columnOf = (name: string): Column | undefined =>
  columns.find((column) => column.toLowerCase() === name.trim().toLowerCase())

const headerProblem = (names: ReadonlyArray<string>, found: ReadonlyArray<Column | undefined>): string | undefined => {
  const strange = names.find((_, index) => found[index] === undefined)
  if (!found.includes("senderId")) return `the header must name senderId; it may name ${columns.join(", ")}`
  if (strange !== undefined) return `the header names "${strange}", which is none of ${columns.join(", ")}`
  const twice = found.find((column, index) => found.indexOf(column) < index)
  return twice === undefined ? undefined : `the header names ${twice} twice`
}

const fromCsv = (text: string): Read => {
  const { problems, records } = readCsv(text)
  const [header, ...rest] = records
  if (header === undefined) {
    const missing = { line: 1, message: `the file is empty; its first line must be ${columns.join(",")}` }
    return { lines: [], problems: problems.length > 0 ? problems : [missing] }
  }
  const named = header.fields.map(columnOf)
  const wrong = headerProblem(header.fields, named)
  if (wrong !== undefined) return { lines: [], problems: [{ line: header.line, message: wrong }] }
  const uneven = rest
    .filter(({ fields }) => fields.length !== named.length)
    .map(({ fields, line }) => ({ line, message: `${fields.length} fields, and the header has ${named.length}` }))
  const lines = rest
    .filter(({ fields }) => fields.length === named.length)
    .map(({ fields, line }) => {
      const cells: { [column in Column]?: string } = {}
      named.forEach((column, index) => {
        if (column !== undefined) cells[column] = unguard(fields[index] ?? "")
      })
      return { line, cells }
    })
  return { lines, problems: [...problems, ...uneven] }
}

const Cell = Schema.optionalKey(Schema.String)

/** A grant as JSON: only the sender is needed. */
export const GrantCells = Schema.Struct({
  account: Cell,
  senderId: Schema.String,
  displayName: Cell,
  approvedBy: Cell,
  approvedAt: Cell
})
const decodeGrants = Schema.decodeUnknownResult(
  Schema.fromJsonString(Schema.Struct({ grants: Schema.Array(GrantCells) }))
)

const fromJson = (text: string): Read =>
  Result.match(decodeGrants(text), {
    onFailure: (error) => ({ lines: [], problems: [{ line: 1, message: `not what export writes: ${error.message}` }] }),
    onSuccess: ({ grants }) => numbered(grants)
  })

type Checked = Result.Result<ReadonlyArray<GrantEntry>, ReadonlyArray<LineProblem>>

const check = ({ lines, problems }: Read, account: AccountId | undefined): Checked => {
  const entries: Array<GrantEntry> = []
  const wrong = [...problems]
  for (const { cells, line } of lines) {
    const entry = entryOf(cells, account)
    if (Result.isSuccess(entry)) entries.push(entry.success)
    else wrong.push({ line, message: entry.failure })
  }
  return wrong.length > 0 ? Result.fail(wrong.toSorted((a, b) => a.line - b.line)) : Result.succeed(entries)
}

const numbered = (grants: ReadonlyArray<Cells>): Read => ({
  lines: grants.map((cells, index) => ({ line: index + 1, cells })),
  problems: []
})

/** The same for a list that came in another way; a grant's place in it is its line. */
export const checkGrants = (grants: ReadonlyArray<Cells>, account: AccountId | undefined): Checked =>
  check(numbered(grants), account)

/**
 * Reads a file of grants, CSV or the JSON of `access export`: all of it, or every line that is wrong. `account` stands in where
 * a line names none, and no line may name another. In JSON a grant's place in the list is its line.
 */
export const readGrants = (file: string, account: AccountId | undefined): Checked =>
  check(file.trimStart().startsWith("{") ? fromJson(file) : fromCsv(file), account)
