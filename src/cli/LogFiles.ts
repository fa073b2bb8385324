import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/** One line of the log file, with whatever was annotated beside its own members. */
export interface LogLine {
  /** ISO 8601, UTC. */
  readonly time: string
  /** In lower case: `info`. */
  readonly level: string
  readonly message: string
  readonly [annotation: string]: unknown
}

/** Which lines are wanted; what is undefined matters not. */
export interface LogFilter {
  readonly account: string | undefined
  readonly chat: string | undefined
  /** A message's id, or `out:ID`. */
  readonly message: string | undefined
  /** The least. */
  readonly level: string | undefined
  /** Milliseconds since 1970. */
  readonly since: number | undefined
}

/** What gateways wrote into the log files of the data directory. It asks no gateway, no store and no configuration. */
export class LogFiles extends Context.Service<
  LogFiles,
  {
    /** The newest so many, the newest last. */
    last(filter: LogFilter, limit: number): Effect.Effect<ReadonlyArray<LogLine>>
    /** Tells those, and then what is written from now on; it does not end by itself. */
    follow(
      filter: LogFilter,
      limit: number,
      told: (lines: ReadonlyArray<LogLine>) => Effect.Effect<void>
    ): Effect.Effect<void>
  }
>()("zalo-effect/cli/LogFiles") {}
