import type { LogFilter, LogLine } from "../../domain/LogLine.ts"

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
