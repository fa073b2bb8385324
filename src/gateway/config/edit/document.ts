import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { environment } from "../environment.ts"
import { type Checked, checkLocated } from "../load.ts"
import { usualPlaces } from "../locate.ts"
import { parse, syntaxProblem } from "../parse.ts"
import { ConfigError, type ConfigProblem } from "../problems.ts"
import type { SecretFiles } from "../SecretFiles.ts"
import { applyEdits, type Edit } from "./apply.ts"

/** The configuration's file as it was read, or where it will be made. */
export interface Document {
  readonly file: string
  /** Undefined: there is no such file yet. */
  readonly text: string | undefined
  readonly value: unknown
}

/** A change that can be written. */
export interface Changed {
  readonly document: Document
  readonly text: string
  readonly value: unknown
  /** What `config check` will say of it, where secrets need not be at hand. */
  readonly checked: Checked
}

/** The file could not be read or written. Nothing was changed. */
export class EditFailed extends Schema.TaggedError<EditFailed>()("EditFailed", {
  file: Schema.String,
  /** Ends the sentence that the file begins. */
  what: Schema.String
}) {
  override get message(): string {
    return `${this.file} ${this.what}; nothing was changed`
  }
}

/** What a new file begins as. */
const blank = `// The configuration of zalo-effect. "zalo-effect config check" says what is wrong with it.
{
}
`

/** The file that was named, else the first that exists of those that are looked for, else the one that setup makes. */
const choose = Effect.fnUntraced(function* (named: string | undefined) {
  const files = yield* FileSystem.FileSystem
  const env = yield* environment
  const chosen = named ?? env.configFile
  if (chosen !== undefined) return chosen
  const places = usualPlaces(yield* Path.Path, env)
  for (const file of places) {
    if (yield* files.exists(file).pipe(Effect.orElseSucceed(() => false))) return file
  }
  // The last one is found from every folder.
  return places.at(-1) ?? "zalo-effect.json5"
})

/** Reads the file that is to be edited. One that is not JSON5 is refused: what cannot be read cannot be kept. */
export const openDocument = Effect.fn("ConfigDocument.open")(function* (
  named: string | undefined
): Effect.fn.Return<Document, ConfigError | EditFailed, FileSystem.FileSystem | Path.Path> {
  const files = yield* FileSystem.FileSystem
  const file = yield* choose(named)
  const text = yield* files
    .readFileString(file)
    .pipe(
      Effect.catch((error) =>
        error.reason._tag === "NotFound"
          ? Effect.succeed(undefined)
          : Effect.fail(new EditFailed({ file, what: "cannot be read" }))
      )
    )
  const parsed = yield* parse(text ?? blank)
  if (Result.isFailure(parsed)) {
    return yield* new ConfigError({ problems: [syntaxProblem(file, parsed.failure)] })
  }
  return { file, text, value: parsed.success.value }
})

const sameProblem = (one: ConfigProblem) => (other: ConfigProblem) =>
  one.key === other.key && one.message === other.message

/**
 * Makes the changes in the text and checks what comes of them. What was wrong before may stay wrong; a change that makes
 * something wrong is refused with all that it would.
 */
export const changeDocument = Effect.fn("ConfigDocument.change")(function* (
  document: Document,
  edits: ReadonlyArray<Edit>
): Effect.fn.Return<Changed, ConfigError, Path.Path | SecretFiles> {
  const { file } = document
  const begun = document.text ?? blank
  const edited = yield* applyEdits(begun, edits)
  if (Result.isFailure(edited)) {
    return yield* new ConfigError({ problems: [syntaxProblem(file, edited.failure)] })
  }
  const text = edited.success
  const checked = yield* checkLocated({ file, text }, { secrets: "optional", withoutAgents: true })
  if (!checked.ok) {
    const before = yield* checkLocated({ file, text: begun }, { secrets: "optional" })
    const made = checked.problems.filter((problem) => !before.problems.some(sameProblem(problem)))
    if (made.length > 0) return yield* new ConfigError({ problems: made })
  }
  const parsed = yield* parse(text)
  return { document, text, value: Result.isSuccess(parsed) ? parsed.success.value : undefined, checked }
})
