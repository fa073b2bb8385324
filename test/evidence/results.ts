import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { here } from "../bench/processes.ts"
import type { Part, Result } from "./Evidence.ts"
import { capacity } from "./render/capacity.ts"
import { page } from "./render/page.ts"
import { svg } from "./render/svg.ts"

/** Where a run's results are kept: `FOLDER/evidence.md`, and `FOLDER/evidence/` beside it. */
const beside = (folder: string): string => join(folder, "evidence")

export const keepResult = (folder: string, result: Result): void => {
  mkdirSync(beside(folder), { recursive: true })
  // What failed tells of files by their place on this machine, which is nobody's business.
  const text = JSON.stringify(result, undefined, 1).replaceAll(here("../../"), "")
  writeFileSync(join(beside(folder), `${result.name}.json`), `${text}\n`)
}

export const readResult = (folder: string, name: string): Result | undefined => {
  const file = join(beside(folder), `${name}.json`)
  if (!existsSync(file)) return undefined
  const result: Result = JSON.parse(readFileSync(file, "utf8"))
  return result
}

/** Writes the page and its pictures anew from all results that are there. Gives the page's name. */
export const writePage = (folder: string, parts: ReadonlyArray<Part>): string => {
  mkdirSync(beside(folder), { recursive: true })
  const results = new Map<string, Result>()
  for (const { name } of parts) {
    const result = readResult(folder, name)
    if (result === undefined) continue
    results.set(name, result)
    for (const chart of result.charts ?? []) writeFileSync(join(beside(folder), `${chart.file}.svg`), svg(chart))
  }
  const file = join(folder, "evidence.md")
  writeFileSync(file, page(parts, results))
  writeFileSync(join(folder, "capacity.md"), capacity(readFileSync(here("../../docs/capacity.md"), "utf8"), results))
  return file
}
