import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Result from "effect/Result"
import { changeDocument, openDocument } from "../../../gateway/config/edit/document.ts"
import { type Written, writeDocument } from "../../../gateway/config/edit/write.ts"
import type { Note, Translation } from "../../../gateway/config/import/Notes.ts"
import { translate } from "../../../gateway/config/import/openclaw.ts"
import { parse, syntaxProblem } from "../../../gateway/config/parse.ts"
import { ConfigError } from "../../../gateway/config/problems.ts"
import { isObject } from "../../../gateway/config/scope.ts"
import type { Outcome } from "../../Command.ts"
import { diffOf, editFailed, warningsOf, writtenLines } from "../../edited.ts"
import { CommandFailed } from "../../errors.ts"
import { config } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { printable } from "../../table.ts"
import { dryRun, from } from "./flags.ts"

const noteLine = ({ key, to, why }: Note, word: string): string => {
  const place = to === null || to === key ? key : `${key} → ${to}`
  return printable(`  ${word.padEnd(10)}  ${place}${why === null ? "" : `: ${why}`}`)
}

const linesOf = ({ left, taken, translated }: Translation): ReadonlyArray<string> => [
  ...taken.map((note) => noteLine(note, "taken")),
  ...translated.map((note) => noteLine(note, "translated")),
  ...left.map((note) => noteLine(note, "left"))
]

/** What stands in the other program's file. */
const readOther = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  const text = yield* files.readFileString(file).pipe(
    Effect.catch((error) =>
      Effect.fail(
        new CommandFailed({
          code: "unreadable",
          message: error.reason._tag === "NotFound" ? `${file} does not exist` : `${file} cannot be read`
        })
      )
    )
  )
  const parsed = yield* parse(text)
  if (Result.isFailure(parsed)) return yield* new ConfigError({ problems: [syntaxProblem(file, parsed.failure)] })
  const { value } = parsed.success
  const channels = isObject(value) ? value["channels"] : undefined
  if (!isObject(channels) || !isObject(channels["zalo"])) {
    return yield* new CommandFailed({ code: "nothing-to-import", message: `${file} has no section channels.zalo` })
  }
  return value
})

interface Imported {
  readonly source: string
  readonly file: string
  readonly translation: Translation
  readonly warnings: ReadonlyArray<string>
  readonly written: Written | undefined
  readonly diff: string | undefined
}

const outcomeOf = ({ diff, file, source, translation, warnings, written }: Imported): Outcome => {
  const { left, taken, translated } = translation
  const ending =
    diff !== undefined
      ? [diff === "" ? `Nothing would change in ${file}.` : `${file} would change:\n${diff}`]
      : written === undefined
        ? [`Nothing to change in ${file}.`]
        : [...writtenLines(written.file, written.backup)]
  const people = "Approved senders are not in that file: bring them with zalo-effect access import."
  return {
    json: {
      ok: true,
      from: source,
      file,
      backup: written?.backup ?? null,
      written: written !== undefined,
      dryRun: diff !== undefined,
      taken,
      translated,
      left,
      ...(diff === undefined ? {} : { diff }),
      warnings
    },
    human: [`From ${source}:`, ...linesOf(translation), people, ...ending].join("\n"),
    ...(warnings.length === 0 ? {} : { note: warnings.map((line) => `warning: ${line}`).join("\n") })
  }
}

/** `config import FILE`: what an OpenClaw configuration says of Zalo, into ours. */
export const run = Effect.fn("cli.config.import")(function* (args: Args) {
  const { files } = yield* Platform
  return yield* Effect.gen(function* () {
    const path = yield* Path.Path
    const source = from.read(args)
    const value = yield* readOther(source)
    const folder = path.dirname(path.resolve(source))
    const place = (written: string) =>
      path.isAbsolute(written) || /^~[/\\]/.test(written) ? written : path.join(folder, written)
    const translation = translate(value, place)
    const document = yield* openDocument(config.read(args))
    const changed = yield* changeDocument(document, translation.edits)
    const told = { source, file: document.file, translation, warnings: warningsOf(changed) }
    if (dryRun.read(args)) return outcomeOf({ ...told, written: undefined, diff: diffOf(changed) })
    const written = changed.text === document.text ? undefined : yield* writeDocument(changed)
    return outcomeOf({ ...told, written, diff: undefined })
  }).pipe(
    Effect.catchTag("EditFailed", (error) => Effect.fail(editFailed(error))),
    Effect.provide(files)
  )
})
