import type { Command, Group } from "./Command.ts"
import { globals } from "./globals.ts"
import type { Args, Flag } from "./Param.ts"
import { place } from "./place.ts"
import { nearest } from "../gateway/config/nearest.ts"

/** What a command line asks for, as far as it could be understood. */
export interface Parsed {
  readonly node: Command | Group
  /** The words that led to `node`: `["pairing", "list"]`. */
  readonly path: ReadonlyArray<string>
  readonly args: Args
  /** Known even of a wrong command line, because failures are printed as JSON too. */
  readonly json: boolean
  readonly help: boolean
  readonly version: boolean
  /** Set when nothing may run. */
  readonly error: Misuse | undefined
}

/** What is wrong with a command line. Data and no `Error`, so that it is told without loading what makes errors. */
export interface Misuse {
  /** The problem, and in a second line what to type instead or where to read more. */
  readonly message: string
}

const misuse = (problem: string, hint: string): Misuse => ({ message: `${problem}\n${hint}` })

/** Reads a command line. Pure, never throws. */
export const parse = (root: Group, argv: ReadonlyArray<string>): Parsed => {
  const known = new Map<string, Flag<unknown>>()
  collect(root, known)
  const flags = new Map<string, string>()
  const words: Array<string> = []
  const given: Array<{ readonly shown: string; readonly name: string }> = []
  const values: Array<{ readonly shown: string; readonly name: string; readonly value: string }> = []
  const unknown: Array<string> = []
  const problems: Array<string> = []

  for (let i = 0; i < argv.length; i++) {
    const token = argv[i] ?? ""
    if (token === "--") {
      words.push(...argv.slice(i + 1))
      break
    }
    if (token === "-" || !token.startsWith("-")) {
      words.push(token)
      continue
    }
    const equals = token.startsWith("--") ? token.indexOf("=") : -1
    const shown = equals < 0 ? token : token.slice(0, equals)
    const flag = known.get(shown)
    if (flag === undefined) {
      unknown.push(shown)
      continue
    }
    given.push({ shown, name: flag.name })
    if (flag.value === undefined) {
      if (equals >= 0) problems.push(`${shown} takes no value`)
      flags.set(flag.name, "")
      continue
    }
    // Whatever follows is the value, also when it looks like a flag: nobody can send "-5" otherwise.
    const value = equals < 0 ? argv[++i] : token.slice(equals + 1)
    if (value === undefined) problems.push(`${shown} needs a value: ${shown} ${flag.value}`)
    else {
      if (flags.has(flag.name)) problems.push(`${shown} was given twice`)
      flags.set(flag.name, value)
      values.push({ shown, name: flag.name, value })
    }
  }

  const helpWord = words[0] === "help"
  const found = place(root, helpWord ? words.slice(1) : words)
  const help = helpWord || flags.has("help")
  const usable = found.node._tag === "Command" ? [...globals, ...found.node.flags] : globals
  const name = ["zalo-effect", ...found.path].join(" ")
  for (const { shown, name, value } of values) {
    const wrong = usable.find((flag) => flag.name === name)?.problem(value)
    if (wrong !== undefined) problems.push(`${shown}: ${wrong}`)
  }
  const foreign = given.find(({ name }) => usable.every((flag) => flag.name !== name))?.shown
  const stranger = unknown[0] ?? (found.problem === undefined ? foreign : undefined)
  const complaint = (): Misuse | undefined => {
    const more = `See ${name} --help`
    if (stranger !== undefined) {
      const spelt = found.node._tag === "Command" ? usable : [...known.values()]
      const meant = nearest(
        stranger,
        spelt.map((flag) => `--${flag.name}`)
      )
      const hint = meant === undefined || meant === stranger ? more : `Did you mean ${meant}?`
      return misuse(`${name} has no flag ${stranger}`, hint)
    }
    if (problems[0] !== undefined) return misuse(problems[0], more)
    if (found.problem !== undefined && !(help && found.problem.missing)) {
      return misuse(found.problem.text, found.problem.hint ?? more)
    }
    if (help || found.node._tag === "Group") return undefined
    const missing = found.node.flags.find((flag) => flag.required && !flags.has(flag.name))
    const problem =
      missing === undefined
        ? found.node.oneOf.map((choice) => choiceProblem(choice, flags)).find((wrong) => wrong !== undefined)
        : `--${missing.name} ${missing.value} is missing`
    return problem === undefined ? undefined : misuse(problem, more)
  }
  return {
    node: found.node,
    path: found.path,
    args: { flags, operands: found.operands },
    json: flags.has("json"),
    help,
    version: flags.has("version"),
    error: complaint()
  }
}

/** What is wrong with the one flag that is to be given of several. */
const choiceProblem = (
  choice: ReadonlyArray<Flag<unknown>>,
  given: ReadonlyMap<string, string>
): string | undefined => {
  const [one, other] = choice.filter(({ name }) => given.has(name))
  if (one !== undefined && other !== undefined) return `--${one.name} and --${other.name} exclude each other`
  const [first, ...rest] = choice
  if (one !== undefined || first === undefined) return undefined
  return `--${first.name} ${first.value} is missing (or ${rest.map(({ name, value }) => `--${name} ${value}`).join(", ")})`
}

/**
 * Every flag of every command by what one types, because a flag may stand before its command: whether a name takes a value is the
 * same everywhere, and what is right for it is the command's own affair.
 */
const collect = (node: Command | Group, into: Map<string, Flag<unknown>>): void => {
  const flags = node._tag === "Command" ? node.flags : globals
  for (const flag of flags) {
    into.set(`--${flag.name}`, flag)
    if (flag.short !== undefined) into.set(`-${flag.short}`, flag)
  }
  if (node._tag === "Group") for (const child of node.children) collect(child, into)
}
