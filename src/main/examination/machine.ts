import * as Effect from "effect/Effect"
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import type { MachineFacts } from "../../gateway/doctor/facts.ts"

/** The folder itself, or the nearest one above it that exists: where it would be made. */
const standing = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : standing(dirname(folder))

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : String(cause)

const folderProblem = (folder: string): string | null => {
  try {
    const there = standing(folder)
    if (!statSync(there).isDirectory())
      return there === folder ? "is no folder" : `cannot be made: ${there} is no folder`
    accessSync(there, constants.W_OK | constants.X_OK)
    return null
  } catch (cause) {
    return `cannot be used (${codeOf(cause)})`
  }
}

const diskOf = (folder: string): MachineFacts["disk"] => {
  try {
    const { bavail, blocks, bsize } = statfsSync(standing(folder))
    return { free: bavail * bsize, total: blocks * bsize }
  } catch {
    return null
  }
}

/** Windows has no such modes: every file looks open there. */
const isTooOpen = (path: string): boolean => {
  if (process.platform === "win32") return false
  const mode = statSync(path, { throwIfNoEntry: false })?.mode
  return mode !== undefined && (mode & 0o077) !== 0
}

/** `secrets`: more files that nobody else should read. */
export const machineFacts = (
  dataDir: string,
  secrets: ReadonlyArray<{ readonly path: string; readonly what: string }>
): Effect.Effect<Omit<MachineFacts, "clockAhead">> =>
  Effect.sync(() => ({
    dataDir,
    dataDirProblem: folderProblem(dataDir),
    disk: diskOf(dataDir),
    openFiles: [
      { path: join(dataDir, "admin-token"), what: "the admin token" },
      { path: join(dataDir, "zalo-effect.db"), what: "what people wrote" },
      ...secrets
    ].filter(({ path }) => isTooOpen(path))
  }))
