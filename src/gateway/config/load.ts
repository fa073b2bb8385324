import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Result from "effect/Result"
import { assemble } from "./assemble.ts"
import { type Environment, environment } from "./environment.ts"
import type { Flags } from "./gatewaySettings.ts"
import { dataDir, locate, type Located } from "./locate.ts"
import { parse, syntaxProblem } from "./parse.ts"
import type { KeyPath } from "./path.ts"
import { ConfigError, type ConfigProblem } from "./problems.ts"
import { makeReport } from "./report.ts"
import type { SecretFiles } from "./SecretFiles.ts"
import { withSecrets } from "./secretRounds.ts"
import type { Settings } from "./Settings.ts"

/** How a configuration is loaded; what is given here wins over environment and file. */
export interface LoadOptions extends Flags {
  readonly dataDir?: string | undefined
  /**
   * `optional`: an enabled account whose token or secret cannot be had here is no error but listed under `unavailable`. For
   * commands that work on the store: they may run where the service's secrets are not. Default `required`.
   */
  readonly secrets?: "required" | "optional" | undefined
  /** Nobody asks an agent: an account that lacks only a secret of its agent's is taken, with an agent that says nothing. */
  readonly withoutAgents?: boolean | undefined
  /** The embedding program brings an agent, which answers for every account: naming one here too is a problem. */
  readonly embeddedAgent?: boolean | undefined
}

/** The same for a configuration that is read from a file. */
export interface FileOptions extends LoadOptions {
  /** `--config FILE`: must exist. */
  readonly file?: string | undefined
}

/** What `config check` says. `config` is there when nothing is wrong. */
export interface Checked {
  readonly ok: boolean
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<ConfigProblem>
  readonly config: Settings | undefined
}

const nowhere = { file: null, lines: new Map<string, number>() }

const failed = (problems: ReadonlyArray<ConfigProblem>): Checked => ({
  ok: false,
  problems,
  warnings: [],
  config: undefined
})

const judged = (settings: Settings, problems: ReadonlyArray<ConfigProblem>): Checked =>
  problems.length > 0
    ? { ok: false, problems, warnings: settings.warnings, config: undefined }
    : { ok: true, problems, warnings: settings.warnings, config: settings }

// `~` is for people who keep the file among their own; a relative path moves with the configuration.
export const placeFrom =
  (path: Path.Path, folder: string, { home }: Environment) =>
  (written: string) =>
    home !== undefined && /^~[/\\]/.test(written) ? path.join(home, written.slice(2)) : path.resolve(folder, written)

/** Finds, reads and checks the configuration without failing: everything that is wrong, at once. */
export const checkConfig = Effect.fn("ZaloConfig.check")(function* (
  options: FileOptions = {}
): Effect.fn.Return<Checked, never, FileSystem.FileSystem | Path.Path | SecretFiles> {
  const early = makeReport(nowhere)
  const located = yield* locate(options.file, yield* environment, early)
  if (early.problems().length > 0) return failed(early.problems())
  return yield* checkLocated(located, options)
})

/** What a configuration is checked with, wherever it came from. */
interface Given {
  readonly value: unknown
  readonly file: string | undefined
  readonly lines: ReadonlyMap<string, number>
  readonly duplicates: ReadonlyArray<KeyPath>
  readonly options: LoadOptions
  readonly env: Environment
}

const checkGiven = Effect.fnUntraced(function* ({
  duplicates,
  env,
  file,
  lines,
  options,
  value
}: Given): Effect.fn.Return<Checked, never, Path.Path | SecretFiles> {
  const path = yield* Path.Path
  const place = placeFrom(path, file === undefined ? "." : path.dirname(file), env)
  const folder = options.dataDir ?? (yield* dataDir(env))
  // It may run twice: the first time only to learn which secrets are used.
  const judge = Effect.gen(function* () {
    const report = makeReport({ file: file ?? null, lines })
    for (const at of duplicates) report.problem(at, "is written twice", "Keep one of them")
    const settings = yield* assemble({
      value,
      file,
      environment: env,
      flags: options,
      secrets: options.secrets ?? "required",
      withoutAgents: options.withoutAgents ?? false,
      embeddedAgent: options.embeddedAgent ?? false,
      dataDir: folder,
      place,
      report
    })
    return judged(settings, report.problems())
  })
  return yield* withSecrets(value, place, judge)
})

/** The same of a text that stands in the file, or is about to; undefined where there is none. */
export const checkLocated = Effect.fnUntraced(function* (
  located: Located | undefined,
  options: LoadOptions = {}
): Effect.fn.Return<Checked, never, Path.Path | SecretFiles> {
  const env = yield* environment
  if (located === undefined) {
    return yield* checkGiven({ value: {}, file: undefined, lines: new Map(), duplicates: [], options, env })
  }
  const parsed = yield* parse(located.text)
  if (Result.isFailure(parsed)) return failed([syntaxProblem(located.file, parsed.failure)])
  return yield* checkGiven({ ...parsed.success, file: located.file, options, env })
})

/** Checks a value in the file's form, given by a program; environment and options count as with a file. */
export const checkValue = Effect.fn("ZaloConfig.checkValue")(function* (
  value: unknown,
  options: LoadOptions = {}
): Effect.fn.Return<Checked, never, Path.Path | SecretFiles> {
  const env = yield* environment
  return yield* checkGiven({ value, file: undefined, lines: new Map(), duplicates: [], options, env })
})

/** The settings, or every problem as one error. */
export const orFail = <R>(checked: Effect.Effect<Checked, never, R>): Effect.Effect<Settings, ConfigError, R> =>
  Effect.flatMap(checked, ({ config, problems }) =>
    config === undefined ? Effect.fail(new ConfigError({ problems })) : Effect.succeed(config)
  )
