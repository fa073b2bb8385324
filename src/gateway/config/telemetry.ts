import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { keyText } from "./path.ts"
import * as recipe from "./recipe/telemetry.ts"
import type { Report } from "./report.ts"
import { type Scope, find, get, inner } from "./scope.ts"
import { resolve, type Secrets, unavailable } from "./secrets.ts"
import type { Shown } from "./show.ts"

/** What the file says of OpenTelemetry. The standard variables win over it (`node/telemetry/otlp.ts`). */
export interface TelemetrySettings {
  readonly enabled: boolean
  /** The address before `/v1/traces`, without a trailing slash. */
  readonly endpoint: string | undefined
  readonly headers: Readonly<Record<string, Redacted.Redacted>>
  readonly serviceName: string | undefined
  readonly traces: boolean
  readonly logs: boolean
  /** From 0 to 1. */
  readonly sampleRatio: number
}

/** What holds where the file says nothing. */
export const noTelemetry: TelemetrySettings = {
  enabled: true,
  endpoint: undefined,
  headers: {},
  serviceName: undefined,
  traces: true,
  logs: true,
  sampleRatio: 1
}

const headersOf = Effect.fnUntraced(function* (section: Scope, secrets: "required" | "optional", report: Report) {
  const written = find(section, recipe.headers)
  const values: Record<string, Redacted.Redacted> = {}
  for (const [name, input] of written?.value ?? []) {
    const path = [...(written?.path ?? section.path), name]
    const resolved = yield* resolve(input, keyText(path))
    if (resolved._tag === "Available") values[name] = resolved.value
    else if (secrets === "required") report.problem(path, unavailable(resolved.message), resolved.remedy)
  }
  return values
})

/** The `telemetry` section. A secret that cannot be had here only matters to who serves. */
export const telemetrySettings = Effect.fnUntraced(function* (
  top: Scope,
  secrets: "required" | "optional",
  report: Report
): Effect.fn.Return<TelemetrySettings, never, Secrets> {
  const section = inner(top, recipe.telemetry)
  return {
    enabled: get(section, recipe.enabled) ?? true,
    endpoint: get(section, recipe.endpoint)?.href.replace(/\/+$/, ""),
    headers: yield* headersOf(section, secrets, report),
    serviceName: get(section, recipe.serviceName),
    traces: get(section, recipe.traces) ?? true,
    logs: get(section, recipe.logs) ?? true,
    sampleRatio: get(section, recipe.sampleRatio) ?? 1
  }
})

export const showTelemetry = (of: TelemetrySettings): Shown => ({
  enabled: of.enabled,
  endpoint: of.endpoint ?? null,
  headers: Object.fromEntries(Object.keys(of.headers).map((name) => [name, "***"])),
  serviceName: of.serviceName ?? null,
  traces: of.traces,
  logs: of.logs,
  sampleRatio: of.sampleRatio
})
