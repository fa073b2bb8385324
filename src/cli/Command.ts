import type * as Effect from "effect/Effect"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { CommandFailed, ExitCode, UsageError } from "./errors.ts"
import type { Args, Flag, Operand } from "./Param.ts"
import type { Platform } from "./Platform.ts"
import type { Terminal } from "./Terminal.ts"

/** What a command has to say when it is done. */
export interface Outcome {
  /** The one JSON value of `--json`. */
  readonly json: unknown
  /** For people, on stdout; may be empty. */
  readonly human: string
  /** For people, on stderr, with and without `--json`. */
  readonly note?: string
  /** 0 when absent. */
  readonly exit?: ExitCode
}

export type Problem = UsageError | ConfigError | CommandFailed

/** `undefined`: the command has printed for itself while it ran. */
export type Handler = (args: Args) => Effect.Effect<Outcome | undefined, Problem, Terminal | Platform>

export interface Command {
  readonly _tag: "Command"
  readonly name: string
  /** One line, lower case, without a full stop. */
  readonly summary: string
  /** More lines of help. */
  readonly details?: string
  readonly flags: ReadonlyArray<Flag<unknown>>
  /** Of each of these lists exactly one flag is given. */
  readonly oneOf: ReadonlyArray<ReadonlyArray<Flag<unknown>>>
  readonly operands: ReadonlyArray<Operand>
  /** Whether `zalo` may stand before the operands, as in the reference's commands. */
  readonly channel: boolean
  /** The JSON value of `--json`, as help shows it: members and their types, in the way that `design.md` §6.2 writes them. */
  readonly shape: string
  /** Without the program's name. */
  readonly examples: ReadonlyArray<string>
  /** Runs until it is told to stop, so that being told is no failure. */
  readonly server: boolean
  /** Loads the command's own file: what other commands need is never read. */
  readonly load: () => Promise<{ readonly run: Handler }>
}

export interface Group {
  readonly _tag: "Group"
  readonly name: string
  readonly summary: string
  readonly children: ReadonlyArray<Command | Group>
}

export const command = (
  name: string,
  options: Pick<Command, "summary" | "examples" | "shape" | "load"> & Partial<Command>
): Command => ({
  flags: [],
  oneOf: [],
  operands: [],
  channel: false,
  server: false,
  ...options,
  _tag: "Command",
  name
})

export const group = (name: string, summary: string, children: ReadonlyArray<Command | Group>): Group => ({
  _tag: "Group",
  name,
  summary,
  children
})
