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

const isError = (part: unknown): part is Error => part instanceof Error

/** What stands beside the sentence of a log call: an error is a cause, whichever way it was handed over. */
const causeOf = (cause: Cause.Cause<unknown>, parts: ReadonlyArray<unknown>): string | undefined => {
  const errors = parts.filter(isError).map((error) => Cause.pretty(Cause.die(error)))
  const told = cause.reasons.length === 0 ? errors : [...errors, Cause.pretty(cause)]
  return told.length === 0 ? undefined : told.join("\n")
}

/**
 * One log line as a JSON object: `time`, `level`, `message`, what is annotated, and where there are such, `traceId`, `spanId` and
 * `cause`. A cause is told at its length: it is what one looks for after a night.
 */
export const lineOf = ({ cause, date, fiber, logLevel, message }: Logger.Options<unknown>): string => {
  const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message]
  const line: Record<string, unknown> = {
    time: DateTime.formatIso(DateTime.makeUnsafe(date)),
    level: logLevel.toLowerCase(),
    message: parts
      .filter((part) => !isError(part))
      .map(textOf)
      .join(" ")
  }
  const annotations = fiber.getRef(References.CurrentLogAnnotations)
  for (const name in annotations) line[own.has(name) ? `${name}_` : name] = plain(annotations[name])
  const { span } = fiber.cache
  if (span !== undefined && span.sampled && span.traceId !== "noop") {
    line["traceId"] = span.traceId
    line["spanId"] = span.spanId
  }
  const why = causeOf(cause, parts)
  if (why !== undefined) line["cause"] = why
  return JSON.stringify(line)
}
