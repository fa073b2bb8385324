import { type KeyPath, keyText } from "./path.ts"
import type { ConfigProblem } from "./problems.ts"

/** Collects what is wrong, so that everything can be said at once. One per load; never shared. */
export interface Report {
  readonly problem: (path: KeyPath, message: string, remedy: string) => void
  readonly warn: (path: KeyPath, message: string, remedy: string) => void
  /** Warns the first time only: one key in twenty accounts is one sentence. */
  readonly warnOnce: (topic: string, path: KeyPath, message: string, remedy: string) => void
  /** A problem that no file holds: a variable or a flag. */
  readonly outside: (name: string, message: string, remedy: string) => void
  readonly problems: () => ReadonlyArray<ConfigProblem>
  readonly warnings: () => ReadonlyArray<ConfigProblem>
}

export interface Source {
  readonly file: string | null
  /** Lines by key path as text, from 1. */
  readonly lines: ReadonlyMap<string, number>
}

// A key that is missing has no line of its own: the nearest thing above it has, at last the file itself.
const lineOf = (source: Source, path: KeyPath): number | null => {
  for (let length = path.length; length > 0; length--) {
    const line = source.lines.get(keyText(path.slice(0, length)))
    if (line !== undefined) return line
  }
  return source.file === null ? null : 1
}

const byLine = (list: Iterable<ConfigProblem>): ReadonlyArray<ConfigProblem> =>
  Array.from(list).sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity))

export const makeReport = (source: Source): Report => {
  // Keyed, since every account that inherits a wrong key finds it again.
  const problems = new Map<string, ConfigProblem>()
  const warnings = new Map<string, ConfigProblem>()
  const topics = new Set<string>()
  const at = (path: KeyPath, message: string, remedy: string): ConfigProblem => ({
    file: source.file,
    line: lineOf(source, path),
    key: keyText(path),
    message,
    remedy
  })
  const put = (to: Map<string, ConfigProblem>, problem: ConfigProblem) => {
    to.set(`${problem.key}\n${problem.message}`, problem)
  }
  const warn: Report["warn"] = (path, message, remedy) => put(warnings, at(path, message, remedy))
  return {
    problem: (path, message, remedy) => put(problems, at(path, message, remedy)),
    warn,
    warnOnce: (topic, path, message, remedy) => {
      if (topics.has(topic)) return
      topics.add(topic)
      warn(path, message, remedy)
    },
    outside: (name, message, remedy) => put(problems, { file: null, line: null, key: name, message, remedy }),
    problems: () => byLine(problems.values()),
    warnings: () => byLine(warnings.values())
  }
}
