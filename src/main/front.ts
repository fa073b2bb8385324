import { writeSync } from "node:fs"
import { answerOf } from "../cli/answer.ts"
import { type Command, command, type Group, group } from "../cli/Command.ts"
import { anything } from "../cli/Param.ts"
import { parse } from "../cli/parse.ts"
import { mayBeColored } from "./streams.ts"

/** A built program, by the name of its file in `dist`: `main` has everything, the small ones some groups of commands. */
export type Program = string

/** A flag of the tree as data. */
export interface FlagData {
  readonly name: string
  readonly short?: string
  readonly value?: string
  readonly summary: string
  readonly required: boolean
  /** Whether its value may be wrong: what is wrong with it only the command's program can say. */
  readonly checked: boolean
}

/** The tree of commands as data: what `scripts/build.js` makes of `cli/tree.ts`. */
export type NodeData =
  | {
      readonly _tag: "Command"
      readonly name: string
      readonly summary: string
      readonly details?: string
      readonly flags: ReadonlyArray<FlagData>
      readonly operands: ReadonlyArray<{ readonly name: string; readonly summary: string; readonly optional: boolean }>
      /** Names of flags. */
      readonly oneOf: ReadonlyArray<ReadonlyArray<string>>
      readonly channel: boolean
      readonly shape: string
      readonly examples: ReadonlyArray<string>
      /** The smallest program that has it. */
      readonly program: Program
    }
  | {
      readonly _tag: "Group"
      readonly name: string
      readonly summary: string
      readonly children: ReadonlyArray<NodeData>
    }

const unread = () => undefined

const revive = (data: NodeData): Command | Group => {
  if (data._tag === "Group") return group(data.name, data.summary, data.children.map(revive))
  const { flags: given, name, oneOf, operands, program: _program, ...rest } = data
  const flags = given.map(({ checked: _checked, short, value, ...flag }) => ({
    ...flag,
    short,
    value,
    problem: anything,
    read: unread
  }))
  return command(name, {
    ...rest,
    flags,
    oneOf: oneOf.map((choice) => flags.filter((flag) => choice.includes(flag.name))),
    operands: operands.map((operand) => ({ ...operand, read: () => "" })),
    load: () => Promise.reject(new Error(`${name} is not in this program`))
  })
}

const leafOf = (data: NodeData, path: ReadonlyArray<string>): NodeData | undefined =>
  path.reduce<NodeData | undefined>(
    (node, name) => (node?._tag === "Group" ? node.children.find((child) => child.name === name) : undefined),
    data
  )

/** As `main/terminal.ts` does it, without waiting for anybody: there is nothing else to do. */
const write = (descriptor: 1 | 2, bytes: Buffer): void => {
  for (let rest = bytes; rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined
      // A full pipe that does not block: its reader is slow.
      if (code !== "EAGAIN") return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
    }
  }
}

/**
 * What stands before the programs: it knows the tree as data and nothing else. Help, the version and wrong command lines it
 * answers itself, and loads nothing; for the rest it names the smallest program that has the command.
 *
 * Answers the program to run, or undefined when all is said.
 */
export const front = (data: NodeData, argv: ReadonlyArray<string>, version: string): Program | undefined => {
  const root = revive(data)
  if (root._tag === "Command") return "main"
  const parsed = parse(root, argv)
  const leaf = leafOf(data, parsed.path)
  const program = leaf?._tag === "Command" ? leaf.program : "main"
  // A wrong value comes before a missing word: whoever knows the values has to say it.
  const unsure = leaf?._tag === "Command" && leaf.flags.some((flag) => flag.checked && parsed.args.flags.has(flag.name))
  if (parsed.error !== undefined && unsure) return program
  const answer = answerOf(parsed, version, { out: mayBeColored(1), err: mayBeColored(2) })
  if (answer === undefined) return program
  write(1, Buffer.from(answer.out))
  write(2, Buffer.from(answer.err))
  process.exitCode = answer.exit
  return undefined
}
