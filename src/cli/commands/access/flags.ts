import * as Param from "../../Param.ts"

export const grants = Param.toggle("grants", "Only who was let in")
export const blocks = Param.toggle("blocks", "Only who is blocked")
export const requests = Param.toggle("requests", "Only who waits for approval")

export const sender = Param.text("sender", "SENDER", "Only what was decided about this Zalo id")

export const limit = Param.limit("How many, at most")

const formatText = Param.text("format", "FORMAT", "csv, or json (csv)", {
  problem: (text) => (["csv", "json"].includes(text) ? undefined : `there is no format "${text}", only csv and json`)
})
export const format: Param.Flag<"csv" | "json"> = {
  ...formatText,
  read: (args) => (formatText.read(args) === "json" ? "json" : "csv")
}

export const dryRun = Param.toggle("dry-run", "Only say what would be done")

export const file = Param.operand("FILE", "CSV or JSON, as access export writes it; - reads stdin")
