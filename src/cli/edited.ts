import type { Changed, EditFailed } from "../gateway/config/edit/document.ts"
import { formatProblem } from "../gateway/config/problems.ts"
import type { Change } from "../gateway/config/setup/changes.ts"
import { diff } from "../gateway/config/setup/diff.ts"
import { hideSecrets, secretsIn } from "../gateway/config/setup/hidden.ts"
import { CommandFailed } from "./errors.ts"
import { printable } from "./table.ts"

/** The change of the file line by line, secrets hidden. */
export const diffOf = ({ document, text, value }: Changed): string => {
  const known = secretsIn(document.value)
  const all = [...new Set([...known, ...secretsIn(value)])]
  return diff(hideSecrets(document.text ?? "", all, known), hideSecrets(text, all, known))
}

/** What is doubtful after the change, and what was wrong before it and still is. */
export const warningsOf = ({ checked }: Changed): ReadonlyArray<string> =>
  [...checked.problems, ...checked.warnings].map((problem) => formatProblem(problem))

export const changeLine = ({ change, key, value }: Change): string =>
  printable(change === "set" ? `  set      ${key}: ${JSON.stringify(value)}` : `  removed  ${key}`)

export const writtenLines = (file: string, backup: string | undefined): ReadonlyArray<string> => [
  `Wrote ${file}.`,
  ...(backup === undefined ? [] : [`The file as it was: ${backup}`])
]

export const editFailed = (error: EditFailed): CommandFailed =>
  new CommandFailed({ code: "config-file", message: error.message })
