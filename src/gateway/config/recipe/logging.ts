import { duration } from "./duration.ts"
import { type Kind, group, key } from "./Key.ts"
import { bool, choice, integer } from "./kinds.ts"

/** From the most talkative to none. */
export const levels = ["trace", "debug", "info", "warn", "error", "fatal", "none"] as const
export type Level = (typeof levels)[number]

const named = choice(levels)

const readable = (value: unknown): unknown => {
  const word = typeof value === "string" ? value.trim().toLowerCase() : value
  return word === "warning" ? "warn" : word
}

/** In any case; `warning` is `warn`. */
export const levelKind: Kind<Level> = {
  ...named,
  decode: (value) => named.decode(readable(value))
}

export const level = key("level", levelKind, {
  description:
    "The least that is logged: trace, debug, info, warn, error, fatal or none. Message texts appear at debug.",
  fallback: "info"
})

export const format = key("format", choice(["auto", "pretty", "logfmt", "json"]), {
  description: "How stderr is written; auto is pretty on a terminal and logfmt elsewhere.",
  fallback: "auto"
})

export const enabled = key("enabled", bool, {
  description: "Whether a running gateway writes logs/zalo-effect.log in the data directory, a JSON object a line.",
  fallback: "true"
})
export const maxBytes = key("maxBytes", integer(65_536, 1_073_741_824), {
  description: "A log file of this size is closed and the next one begun, in bytes.",
  fallback: "10485760"
})
export const maxAge = key("maxAge", duration(), {
  description: "A log file of this age is closed and the next one begun.",
  fallback: "1d"
})
export const maxFiles = key("maxFiles", integer(1, 1_000), {
  description: "How many log files are kept, the one that is written to among them.",
  fallback: "7"
})

export const file = group("file", "The log file.", [enabled, maxBytes, maxAge, maxFiles])

/** The reference's keys for its own logs. */
const foreign = ["consoleLevel", "consoleStyle", "redactSensitive", "redactPatterns", "maxFileBytes"]

export const logging = group("logging", "Logs.", [level, format, file], { foreign })
