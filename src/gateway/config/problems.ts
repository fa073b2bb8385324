import * as Schema from "effect/Schema"

/**
 * One thing that is wrong (or, as a warning, doubtful) in the configuration. It names where and what to do, and never holds a
 * secret's value. `file` and `line` are null where the value came from the environment, a flag or a program.
 */
export const ConfigProblem = Schema.Struct({
  file: Schema.NullOr(Schema.String),
  line: Schema.NullOr(Schema.Int),
  /** The key as a path: `channels.zalo.accounts.shop.webhookUrl`, or the name of a variable. */
  key: Schema.String,
  message: Schema.String,
  remedy: Schema.String
})
export type ConfigProblem = typeof ConfigProblem.Type

/** `file:line: key: message`: where and what, without what to do. */
export const placed = (problem: ConfigProblem): string => {
  const place = problem.file === null ? "" : `${problem.file}${problem.line === null ? "" : `:${problem.line}`}: `
  return `${place}${problem.key === "" ? "" : `${problem.key}: `}${problem.message}`
}

/** `file:line: key: message. Remedy.`: one line for people. */
export const formatProblem = (problem: ConfigProblem): string => `${placed(problem)}. ${problem.remedy}`

/** The configuration cannot be used: every reason at once. Exit code 2. */
export class ConfigError extends Schema.TaggedError<ConfigError>()("ConfigError", {
  problems: Schema.Array(ConfigProblem)
}) {
  override get message(): string {
    return this.problems.map(formatProblem).join("\n")
  }
}
