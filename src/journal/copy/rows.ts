export type Row = Record<string, unknown>

export const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null

/** Rows in one transaction: some megabytes, and short enough for whoever else writes. */
export const portion = 500
