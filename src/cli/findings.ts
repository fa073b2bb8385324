import { type Finding, findingLine, type Severity } from "../gateway/doctor/Finding.ts"
import { printable } from "./table.ts"

const marks: Readonly<Record<Severity, string>> = { error: "✗", warning: "!", note: "·" }

/** One line for each problem; with `details`, what is known besides below it. */
export const findingLines = (findings: ReadonlyArray<Finding>, details: boolean): ReadonlyArray<string> =>
  findings.flatMap((one) => [
    `${marks[one.severity]} ${printable(findingLine(one))}`,
    ...(details ? [`    ${one.code}`, ...one.details.map((line) => `    ${printable(line)}`)] : [])
  ])
