import { median, ratios, short, spread } from "./figures.ts"

/** One line of the table: two things measured in turns, and what one is of the other. */
export interface Row {
  readonly what: string
  readonly ours: string
  readonly beside: string
  readonly theirs: string
  readonly ratio: string
  readonly aim: string
  /** Whether the aim is met; null where there is none. */
  readonly met: boolean | null
  readonly raw: unknown
}

type Aim = { readonly least: number } | { readonly most: number } | undefined

const reached = (value: number, aim: Aim): boolean | null => {
  if (aim === undefined) return null
  return "least" in aim ? value >= aim.least : value <= aim.most
}

const inWords = (aim: Aim, unit: string): string => {
  if (aim === undefined) return ""
  return "least" in aim ? `≥ ${aim.least}${unit}` : `≤ ${aim.most}${unit}`
}

/** Ours as a part of theirs, round by round. */
export const ratioRow = (options: {
  readonly what: string
  readonly unit: string
  readonly ours: ReadonlyArray<number>
  readonly beside: string
  readonly theirs: ReadonlyArray<number>
  readonly aim?: Aim
  readonly more?: unknown
}): Row => {
  const each = ratios(options.ours, options.theirs)
  return {
    what: options.what,
    ours: spread(options.ours, options.unit),
    beside: options.beside,
    theirs: spread(options.theirs, options.unit),
    ratio: spread(each),
    aim: inWords(options.aim, ""),
    met: reached(median(each), options.aim),
    raw: { ours: options.ours, theirs: options.theirs, ratios: each, more: options.more }
  }
}

/** A figure that stands for itself. */
export const figureRow = (options: {
  readonly what: string
  readonly unit: string
  readonly ours: ReadonlyArray<number>
  readonly beside?: string
  readonly theirs?: ReadonlyArray<number>
  readonly aim?: Aim
  readonly more?: unknown
}): Row => ({
  what: options.what,
  ours: spread(options.ours, options.unit),
  beside: options.beside ?? "",
  theirs: options.theirs === undefined ? "" : spread(options.theirs, options.unit),
  ratio: options.theirs === undefined ? "" : short(median(ratios(options.ours, options.theirs))),
  aim: inWords(options.aim, options.unit),
  met: reached(median(options.ours), options.aim),
  raw: { ours: options.ours, theirs: options.theirs, more: options.more }
})

const heads = ["What", "zalo-effect", "Beside it", "It does", "Ratio", "Aim", ""]

/** A Markdown table, its columns aligned. Each figure is the median of the rounds, with the least and the greatest. */
export const table = (rows: ReadonlyArray<Row>): string => {
  const mark = (met: boolean | null) => (met === null ? "" : met ? "yes" : "NO")
  const lines = [
    heads,
    ...rows.map((row) => [row.what, row.ours, row.beside, row.theirs, row.ratio, row.aim, mark(row.met)])
  ]
  const widths = heads.map((_, column) => Math.max(3, ...lines.map((cells) => (cells[column] ?? "").length)))
  const line = (cells: ReadonlyArray<string>) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`
  return [line(heads), rule, ...lines.slice(1).map(line)].join("\n")
}
