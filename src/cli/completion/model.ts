import { InboxReason, InboxState, OutboxOrigin, OutboxReason, OutboxState } from "../../domain/reasons.ts"
import type { Command, Group } from "../Command.ts"
import { globals } from "../globals.ts"
import type { Flag, Operand } from "../Param.ts"

/** What `completion --values` can look up in the store. */
export const lookups = ["accounts", "codes", "senders", "chats"] as const
export type Lookup = (typeof lookups)[number]

/** What may stand where a value does. */
export type Values =
  | { readonly _tag: "Words"; readonly words: ReadonlyArray<string> }
  | { readonly _tag: "Files" }
  | { readonly _tag: "Lookup"; readonly what: Lookup }
  /** Whatever one likes. */
  | { readonly _tag: "Any" }

export interface FlagWords {
  /** With its dashes. */
  readonly names: ReadonlyArray<string>
  readonly summary: string
  /** Undefined: it stands alone. */
  readonly values: Values | undefined
}

/** One place in the tree, and what may follow there. */
export interface Spot {
  /** `""` at the root, else the words that lead there. */
  readonly path: string
  readonly words: ReadonlyArray<{ readonly name: string; readonly summary: string }>
  readonly flags: ReadonlyArray<FlagWords>
  /** Of the first operand. */
  readonly operand: Values | undefined
}

const unique = (...lists: ReadonlyArray<ReadonlyArray<string>>) => [...new Set(lists.flat())]

/** What is known of a flag's values, by its name. A command takes those that its own flag finds nothing wrong with. */
const choices: Readonly<Record<string, ReadonlyArray<string>>> = {
  channel: ["zalo"],
  state: unique(InboxState.literals, OutboxState.literals),
  reason: unique(InboxReason.literals, OutboxReason.literals),
  origin: OutboxOrigin.literals,
  format: ["csv", "json"],
  level: ["trace", "debug", "info", "warn", "error", "fatal"],
  missed: ["skip", "run-once", "run-all"],
  to: ["all"],
  "dm-policy": ["pairing", "allowlist", "open", "disabled"],
  agent: ["echo", "command", "http", "openai", "none"],
  language: ["vi", "en"],
  values: lookups
}

const looked: Readonly<Record<string, Lookup>> = {
  account: "accounts",
  target: "chats",
  chat: "chats",
  sender: "senders",
  CODE: "codes",
  SENDER: "senders",
  CHAT: "chats"
}

const isFile = (value: string) => /file|path/i.test(value)

const valuesOf = (flag: Flag<unknown>, command: Command | Group): Values | undefined => {
  const { name, problem, value } = flag
  if (value === undefined) return undefined
  // The setup makes accounts, and a word after `--reason` may be anybody's own.
  const what = command.name === "setup" ? undefined : looked[name]
  if (what !== undefined) return { _tag: "Lookup", what }
  const words = value === "TEXT" ? [] : (choices[name] ?? []).filter((word) => problem(word) === undefined)
  if (words.length > 0) return { _tag: "Words", words }
  return isFile(value) ? { _tag: "Files" } : { _tag: "Any" }
}

const operandOf = ({ name }: Operand): Values => {
  if (name === "SHELL") return { _tag: "Words", words: ["bash", "zsh", "fish"] }
  const what = looked[name]
  return what === undefined ? (isFile(name) ? { _tag: "Files" } : { _tag: "Any" }) : { _tag: "Lookup", what }
}

/** Every place of a tree, the root first. */
export const spots = (node: Command | Group, path: ReadonlyArray<string> = []): ReadonlyArray<Spot> => {
  const flags = [...(node._tag === "Command" ? node.flags : []), ...globals].map((flag): FlagWords => ({
    names: [`--${flag.name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])],
    summary: flag.summary,
    values: valuesOf(flag, node)
  }))
  const here: Spot = {
    path: path.join(" "),
    words: node._tag === "Group" ? node.children.map(({ name, summary }) => ({ name, summary })) : [],
    flags,
    operand: node._tag === "Command" && node.operands[0] !== undefined ? operandOf(node.operands[0]) : undefined
  }
  return node._tag === "Group"
    ? [here, ...node.children.flatMap((child) => spots(child, [...path, child.name]))]
    : [here]
}

/** Flags that are followed by a value, by every name. */
export const takers = (all: ReadonlyArray<Spot>): ReadonlyArray<string> =>
  unique(all.flatMap(({ flags }) => flags.flatMap(({ names, values }) => (values === undefined ? [] : names))))

/** A word for a shell that reads single quotes as they are. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
