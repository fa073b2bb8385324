import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { type Answer, answerOf, failed } from "./answer.ts"
import type { Command, Group, Handler, Outcome } from "./Command.ts"
import type { ExitCode } from "./errors.ts"
import { ConfigFile } from "./ConfigFile.ts"
import { config } from "./globals.ts"
import { failure, oneValue, printFailure, printHuman, printJson, printNote } from "./output.ts"
import type { Parsed } from "./parse.ts"
import { parse } from "./parse.ts"
import type { Platform } from "./Platform.ts"
import { Terminal } from "./Terminal.ts"

type Needs = Terminal | Platform

/** One call of the program. */
export interface Run {
  /** Prints all there is to print and gives the exit code. */
  readonly program: Effect.Effect<ExitCode, never, Needs>
  /** The exit code when the program was interrupted: a server that was told to stop has done what it should. */
  readonly interrupted: ExitCode
}

/** Reads a command line and says what it does. Nothing is done and nothing is loaded yet. */
export const prepare = (root: Group, argv: ReadonlyArray<string>, version: string): Run => {
  const parsed = parse(root, argv)
  const { args, json, node } = parsed
  const known = answerOf(parsed, version, { out: false, err: false })
  if (known !== undefined || node._tag === "Group") {
    return { program: tell(parsed, version), interrupted: known?.exit ?? 2 }
  }
  return {
    program: execute(node, (handler) => Effect.provideService(handler(args), ConfigFile, config.read(args)), json),
    interrupted: node.server ? 0 : 1
  }
}

const execute = (
  command: Command,
  call: (handler: Handler) => ReturnType<Handler>,
  json: boolean
): Effect.Effect<ExitCode, never, Needs> =>
  Effect.promise(command.load).pipe(
    Effect.flatMap(({ run }) => call(run)),
    Effect.flatMap((outcome) => print(outcome ?? done, json)),
    Effect.catch((problem) => {
      const { exit, human, json: value } = failure(problem)
      return report(value, human, json).pipe(Effect.as(exit))
    }),
    Effect.onInterrupt(() =>
      command.server ? print(done, json) : report(failed("interrupted", "interrupted"), "interrupted", json)
    ),
    Effect.catchDefect((defect) => {
      const message = `internal error: ${defect instanceof Error ? defect.message : String(defect)}`
      return report(failed("internal", message), Cause.pretty(Cause.die(defect)), json).pipe(Effect.as<ExitCode>(1))
    }),
    (program) => (json ? Effect.updateService(program, Terminal, oneValue) : program)
  )

/** A command that has printed for itself; the value stands for it only when it came to print none. */
const done: Outcome = { json: { ok: true }, human: "" }

const print = (outcome: Outcome, json: boolean): Effect.Effect<ExitCode, never, Needs> =>
  Effect.gen(function* () {
    yield* json ? printJson(outcome.json) : printHuman(outcome.human)
    if (outcome.note !== undefined) yield* printNote(outcome.note)
    return outcome.exit ?? 0
  })

/** A failure: the JSON value where one was asked for, and the human line always. */
const report = (value: unknown, human: string, json: boolean) =>
  Effect.gen(function* () {
    if (json) yield* printJson(value)
    yield* printFailure(human)
  })

/** Says what is known without running anything. */
const tell = (parsed: Parsed, version: string): Effect.Effect<ExitCode, never, Needs> =>
  Effect.gen(function* () {
    const terminal = yield* Terminal
    const { err, exit, out } = answerOf(parsed, version, terminal.colors) ?? nothing
    if (out !== "") yield* terminal.out(out)
    if (err !== "") yield* terminal.err(err)
    return exit
  })

const nothing: Answer = { out: "", err: "", exit: 2 }
