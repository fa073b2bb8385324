import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { variable } from "./environment.ts"
import * as recipe from "./recipe/logging.ts"
import { durationText } from "./recipe/duration.ts"
import type { Report } from "./report.ts"
import { type Scope, get, inner } from "./scope.ts"
import type { Shown } from "./show.ts"

/** What is logged, and where to. */
export interface LoggingSettings {
  readonly level: recipe.Level
  /** Of what goes to stderr. */
  readonly format: "auto" | "pretty" | "logfmt" | "json"
  /** `logs/zalo-effect.log` in the data directory. */
  readonly file: {
    readonly enabled: boolean
    readonly maxBytes: number
    readonly maxAge: Duration.Duration
    readonly maxFiles: number
  }
}

const levelVariable = "ZALO_EFFECT_LOG_LEVEL"

const levelOf = Effect.fnUntraced(function* (section: Scope, report: Report) {
  const written = yield* variable(levelVariable)
  if (written === undefined) return get(section, recipe.level) ?? "info"
  const level = recipe.levelKind.decode(written)
  if (Result.isSuccess(level)) return level.success
  for (const { message, remedy } of level.failure) report.outside(levelVariable, message, remedy)
  return "info"
})

/** The `logging` section; the environment's level wins. */
export const loggingSettings = Effect.fnUntraced(function* (
  top: Scope,
  report: Report
): Effect.fn.Return<LoggingSettings> {
  const section = inner(top, recipe.logging)
  const file = inner(section, recipe.file)
  return {
    level: yield* levelOf(section, report),
    format: get(section, recipe.format) ?? "auto",
    file: {
      enabled: get(file, recipe.enabled) ?? true,
      maxBytes: get(file, recipe.maxBytes) ?? 10_485_760,
      maxAge: get(file, recipe.maxAge) ?? Duration.days(1),
      maxFiles: get(file, recipe.maxFiles) ?? 7
    }
  }
})

export const showLogging = ({ file, format, level }: LoggingSettings): Shown => ({
  level,
  format,
  file: { ...file, maxAge: durationText(file.maxAge) }
})
