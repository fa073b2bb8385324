import { machineLine } from "../../bench/machine.ts"
import type { Part, Result, Row } from "../Evidence.ts"

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ")

const mark = (row: Row): string => (row.met === undefined ? "" : row.met ? "yes" : "**no**")

const table = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => [
  "| What | Measured | Beside it | Aim | Met |",
  "| --- | --- | --- | --- | --- |",
  ...rows.map(
    (row) =>
      `| <a id="${row.id}"></a>${cell(row.what)} | ${cell(row.measured)} | ${cell(row.beside ?? "")} | ${cell(row.aim ?? "")} | ${mark(row)} |`
  )
]

const minutes = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 6) / 10} min`

const section = (part: Part, result: Result): ReadonlyArray<string> => [
  `## ${part.title}`,
  "",
  part.about,
  "",
  ...table(result.rows),
  "",
  ...(result.charts ?? []).flatMap((chart) => [`![${chart.title}](evidence/${chart.file}.svg)`, ""]),
  ...(result.notes ?? []).map((note) => `- ${note}`),
  ...((result.notes ?? []).length > 0 ? [""] : []),
  `<sub>[raw](evidence/${result.name}.json) · \`${result.command}\` · ${result.at.slice(0, 16).replace("T", " ")} UTC, ${minutes(result.seconds)}, seed ${result.seed} · commit ${result.machine.commit}, load ${result.machine.load[0]?.toFixed(1) ?? "?"} at its start</sub>`,
  ""
]

/** The page, out of what the parts brought home. */
export const page = (parts: ReadonlyArray<Part>, results: ReadonlyMap<string, Result>): string => {
  const shown = parts.flatMap((part) => {
    const result = results.get(part.name)
    return result === undefined ? [] : [{ part, result }]
  })
  const first = shown[0]?.result
  const missing = parts.filter((part) => !results.has(part.name)).map((part) => part.title)
  const missed = shown.flatMap(({ result }) => result.rows.filter((row) => row.met === false))
  const total = shown.reduce((sum, { result }) => sum + result.seconds, 0)
  const sizes = new Set(shown.map(({ result }) => result.size))
  return [
    "# Evidence",
    "",
    "<!-- Written by `npm run evidence`; `npm run evidence -- --render` writes it again from the raw results beside it. -->",
    "",
    "What this project claims, and what was measured to hold it against. Anyone can run it again:",
    "",
    "```sh",
    "npm ci && npm run evidence -- --size page   # about half an hour on two cores that do nothing else; --size small takes five minutes",
    "npm run evidence -- --only chaos,hostile --kills 10000 --bodies 10000000",
    "npm run evidence -- --only soak --soak 3600",
    "```",
    "",
    ...(first === undefined
      ? ["Nothing has been run yet."]
      : [
          `This run: size ${Array.from(sizes).join(" and ")}, ${minutes(total)} of measuring, on ${machineLine(first.machine)}. ` +
            `Versions: ${Object.entries(first.versions)
              .map(([name, version]) => `${name} ${version}`)
              .join(", ")}.`,
          "",
          "Figures are medians of rounds, with the least and the greatest in parentheses, where there were rounds. The machine runs the gateway, " +
            "the emulated Zalo and the load side by side on loopback without TLS, so that throughput is what is left to the gateway. What differs between peers is said where they are.",
          ...(missed.length === 0
            ? []
            : ["", `Aims that were not met: ${missed.map((row) => `[${row.what}](#${row.id})`).join("; ")}.`]),
          ...(missing.length === 0 ? [] : ["", `Not run here: ${missing.join(", ")}.`])
        ]),
    "",
    ...shown.flatMap(({ part, result }) => section(part, result))
  ].join("\n")
}
