// Names come from strangers: nothing that a terminal obeys or that turns the reading direction may pass.
const unprintable = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Text that somebody else wrote, safe to show on a terminal, in one line. */
export const printable = (text: string): string => text.replace(unprintable, "\u{fffd}")

/** Columns, two spaces apart. */
export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lines = [head, ...rows.map((row) => row.map(printable))]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ""))))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

/** Combining marks take no column of their own. */
const width = (text: string): number => [...text.replace(/\p{M}/gu, "")].length
