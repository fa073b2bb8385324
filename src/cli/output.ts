import * as Effect from "effect/Effect"
import { failed, failureLine } from "./answer.ts"
import type { Problem } from "./Command.ts"
import type { ExitCode } from "./errors.ts"
import { Terminal } from "./Terminal.ts"

/** One JSON value on stdout. */
export const printJson = (value: unknown): Effect.Effect<void, never, Terminal> =>
  Terminal.use((terminal) => terminal.out(`${JSON.stringify(value)}\n`))

/** The same terminal, with a stdout that takes one value and no more: what `--json` promises. */
export const oneValue = (terminal: Terminal["Service"]): Terminal["Service"] => {
  let printed = false
  return {
    ...terminal,
    out: (text) =>
      Effect.suspend(() => {
        if (printed) return Effect.void
        printed = true
        return terminal.out(text)
      })
  }
}

/** Lines for people on stdout. */
export const printHuman = (text: string): Effect.Effect<void, never, Terminal> =>
  text === "" ? Effect.void : Terminal.use((terminal) => terminal.out(text.endsWith("\n") ? text : `${text}\n`))

/** A line for people beside the result, on stderr. */
export const printNote = (text: string): Effect.Effect<void, never, Terminal> =>
  Terminal.use((terminal) => terminal.err(`${text}\n`))

/** The human line of a failure, on stderr. */
export const printFailure = (message: string): Effect.Effect<void, never, Terminal> =>
  Terminal.use((terminal) => terminal.err(failureLine(message, terminal.colors.err)))

/** A failure in its three forms: exit code, JSON value, human line. */
export const failure = (
  problem: Problem
): { readonly exit: ExitCode; readonly json: unknown; readonly human: string } => {
  switch (problem._tag) {
    case "UsageError":
      return { exit: 2, json: failed("usage", problem.message), human: problem.message }
    case "ConfigError":
      return {
        exit: 2,
        json: { ...failed("config", problem.message), problems: problem.problems },
        human: `the configuration cannot be used\n${problem.message}`
      }
    case "CommandFailed":
      return {
        exit: 1,
        json: { ...failed(problem.code, problem.message), ...problem.details },
        human: problem.message
      }
  }
}
