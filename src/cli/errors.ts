import * as Schema from "effect/Schema"

/** The command line itself is wrong. Exit code 2, nothing on stdout without `--json`. */
export class UsageError extends Schema.TaggedError<UsageError>()("UsageError", {
  problem: Schema.String,
  /** What to type instead, or where to read more. */
  hint: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return this.hint === undefined ? this.problem : `${this.problem}\n${this.hint}`
  }
}

/** The command was understood and could not be done. Exit code 1. */
export class CommandFailed extends Schema.TaggedError<CommandFailed>()("CommandFailed", {
  /** For programs: lower case, words joined by dashes. */
  code: Schema.String,
  /** For people: one sentence without a full stop's worth of context missing. Never a secret. */
  message: Schema.String,
  /** More members of the JSON failure, such as the `messageIds` of a reply that went out in part. */
  details: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json))
}) {}

/** There is no store yet, and a command makes none (`design.md` §3). */
export class StoreMissing extends Schema.TaggedError<StoreMissing>()("StoreMissing", {
  /** Where it would be. */
  path: Schema.String
}) {
  override get message(): string {
    return `there is no store at ${this.path} yet: "zalo-effect serve" makes it`
  }
}

/** What a process ends with (`design.md` §6.2). */
export type ExitCode = 0 | 1 | 2
