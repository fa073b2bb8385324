import { readdirSync } from "node:fs"
import { join } from "node:path"

const name = "zalo-effect"

/** Where the logs of a data directory are. */
export const folderIn = (dataDir: string): string => join(dataDir, "logs")

/** The file that is written to. */
export const pathIn = (folder: string): string => join(folder, `${name}.log`)

const rotated = new RegExp(`^${name}-\\d{4}-\\d\\d-\\d\\dT[\\d-]+\\.\\d+Z\\.log$`)

/** All log files there are, in the order in which they were written; the current one is the last. */
export const existing = (folder: string): ReadonlyArray<string> => {
  const names = readNames(folder)
  const older = names.filter((one) => rotated.test(one)).toSorted()
  const current = names.includes(`${name}.log`) ? [`${name}.log`] : []
  return [...older, ...current].map((one) => join(folder, one))
}

const readNames = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
