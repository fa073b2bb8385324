import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Kind } from "./Key.ts"

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const written = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/
const year = 365 * units.d

const Written = Schema.Union([Schema.Finite, Schema.String.check(Schema.isPattern(written))])
const decodeWritten = Schema.decodeUnknownResult(Written)

const millis = (value: number | string): number => {
  if (typeof value === "number") return value * 1_000
  const [, amount, unit] = written.exec(value) ?? []
  return unit === "ms" || unit === "s" || unit === "m" || unit === "h" || unit === "d"
    ? Number(amount) * units[unit]
    : NaN
}

/** A number of seconds, or a text such as `500ms`, `90s`, `5m`, `1h`, `30d` (`design.md` §6.1). */
export const duration = (options?: { readonly zero: boolean }): Kind<Duration.Duration> => ({
  decode: (value) => {
    const at = Result.getOrUndefined(decodeWritten(value))
    const length = at === undefined ? NaN : millis(at)
    return length <= year && (options?.zero === true ? length >= 0 : length > 0)
      ? Result.succeed(Duration.millis(length))
      : Result.fail([
          {
            at: [],
            message: `must be a duration${options?.zero === true ? "" : " above zero"}, of a year at most`,
            remedy: 'Write a number of seconds, or a text such as "500ms", "90s", "5m", "1h" or "30d"'
          }
        ])
  },
  json: () => ({ ...Schema.toJsonSchemaDocument(Written).schema })
})

/** The shortest form that reads back as the same length. */
export const durationText = (length: Duration.Duration): string => {
  const ms = Duration.toMillis(length)
  if (ms === 0) return "0s"
  for (const unit of ["d", "h", "m", "s"] as const) if (ms % units[unit] === 0) return `${ms / units[unit]}${unit}`
  return `${ms}ms`
}
