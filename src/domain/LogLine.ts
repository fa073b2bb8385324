/** One line of the log file, with what was annotated besides: `account`, `chat`, `messageId`, `traceId`, `cause`, …. */
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
