/** One line of the log file. Besides these it has what was annotated: `account`, `chat`, `messageId`, `traceId`, `cause`, … */
export interface LogLine {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly level: string
  readonly message: string
  readonly [annotation: string]: unknown
}

/** Which lines are wanted; what is undefined matters not. */
export interface LogFilter {
  readonly account: string | undefined
  readonly chat: string | undefined
  /** A message's id, or `out:ID` of something sent. */
  readonly message: string | undefined
  /** The least. */
  readonly level: string | undefined
  /** Milliseconds since 1970. */
  readonly since: number | undefined
}

const ranks = ["trace", "debug", "info", "warn", "error", "fatal"]

const isLine = (value: unknown): value is LogLine =>
  typeof value === "object" &&
  value !== null &&
  "time" in value &&
  typeof value.time === "string" &&
  "level" in value &&
  typeof value.level === "string" &&
  "message" in value &&
  typeof value.message === "string"

/** A line of the file; undefined when it is torn or somebody else's. */
export const parseLine = (text: string): LogLine | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isLine(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Cheap, and never wrong about a line that is wanted: most lines of a large file are not even parsed. */
export const mayMatch = (text: string, { account, chat, message }: LogFilter): boolean =>
  [account, chat, message].every((value) => value === undefined || text.includes(JSON.stringify(value)))

export const matches = (line: LogLine, { account, chat, level, message, since }: LogFilter): boolean =>
  (account === undefined || line["account"] === account) &&
  (chat === undefined || line["chat"] === chat) &&
  (message === undefined || line["messageId"] === message || line["outbox"] === message) &&
  (level === undefined || ranks.indexOf(line.level) >= ranks.indexOf(level)) &&
  (since === undefined || Date.parse(line.time) >= since)
