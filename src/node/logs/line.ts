import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Formatter from "effect/Formatter"
import type * as Logger from "effect/Logger"
import * as References from "effect/References"

/** What is known of a line by these names is the line's own. */
const own = new Set(["time", "level", "message", "cause", "traceId", "spanId"])

const textOf = (part: unknown): string => (typeof part === "string" ? part : Formatter.format(part))

/** Numbers, truths and texts as they are; everything else as text. */
const plain = (value: unknown): unknown =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null
    ? value
    : Formatter.format(value)

/**
 * One log line as a JSON object: `time`, `level`, `message`, what is annotated, and where there are such, `traceId`, `spanId` and
 * `cause`. A cause is told at its length: it is what one looks for after a night.
 */
export const lineOf = ({ cause, date, fiber, logLevel, message }: Logger.Options<unknown>): string => {
  const line: Record<string, unknown> = {
    time: DateTime.formatIso(DateTime.makeUnsafe(date)),
    level: logLevel.toLowerCase(),
    message: Array.isArray(message) ? message.map(textOf).join(" ") : textOf(message)
  }
  const annotations = fiber.getRef(References.CurrentLogAnnotations)
  for (const name in annotations) line[own.has(name) ? `${name}_` : name] = plain(annotations[name])
  const { span } = fiber.cache
  if (span !== undefined && span.sampled && span.traceId !== "noop") {
    line["traceId"] = span.traceId
    line["spanId"] = span.spanId
  }
  if (cause.reasons.length > 0) line["cause"] = Cause.pretty(cause)
  return JSON.stringify(line)
}
