import * as Param from "../../Param.ts"

export const grants = Param.toggle("grants", "Only who was let in")
export const blocks = Param.toggle("blocks", "Only who is blocked")
export const requests = Param.toggle("requests", "Only who waits for approval")

export const sender = Param.text("sender", "SENDER", "Only what was decided about this Zalo id")

const limitText = Param.text("limit", "N", "How many, at most (100)", {
  problem: (text) => (/^[1-9]\d{0,5}$/.test(text) ? undefined : "a limit is a whole number from 1 to 999999")
})
export const limit: Param.Flag<number> = { ...limitText, read: (args) => Number(limitText.read(args) ?? 100) }

const formatText = Param.text("format", "FORMAT", "csv, or json (csv)", {
  problem: (text) => (["csv", "json"].includes(text) ? undefined : `there is no format "${text}", only csv and json`)
})
export const format: Param.Flag<"csv" | "json"> = {
  ...formatText,
  read: (args) => (formatText.read(args) === "json" ? "json" : "csv")
}

export const dryRun = Param.toggle("dry-run", "Only say what would be done")

export const file = Param.operand("FILE", "CSV or JSON, as access export writes it; - reads stdin")
