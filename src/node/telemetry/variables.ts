import * as Effect from "effect/Effect"
import { variable } from "../../gateway/config/environment.ts"
import type { TelemetrySettings } from "../../gateway/config/telemetry.ts"
import { ratioSampler, type Sampler, samplerOf } from "./sampler.ts"

/** What the standard variables and the file come to together: the variables win. */
export interface Telemetry {
  /** By the names of the variables: what the exporters read where the environment says nothing. */
  readonly fallback: Readonly<Record<string, string>>
  /** Whether the environment names headers; the file's are not sent then. */
  readonly headersNamed: boolean
  readonly protobuf: boolean
  readonly sampler: Sampler
  /** What an operator should know. */
  readonly warnings: ReadonlyArray<string>
}

const isTrue = (value: string | undefined): boolean => value?.trim().toLowerCase() === "true"

const anyOf = (names: ReadonlyArray<string>) =>
  Effect.map(Effect.forEach(names, variable), (values) => values.some((value) => value !== undefined))

const endpoints = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"
]
const headers = ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_LOGS_HEADERS"]

/** An export that is under way at the end is waited for so long, ms: a stop has its own limit. */
const exportTimeout = "2000"

const samplerFor = Effect.fnUntraced(function* (ratio: number) {
  const name = yield* variable("OTEL_TRACES_SAMPLER")
  if (name === undefined) return { sampler: ratioSampler(ratio), warnings: [] }
  const sampler = samplerOf(name, yield* variable("OTEL_TRACES_SAMPLER_ARG"))
  if (sampler !== undefined) return { sampler, warnings: [] }
  const warning =
    "OTEL_TRACES_SAMPLER names a sampler that is not known here, or its argument is no share: all is traced"
  return { sampler: ratioSampler(1), warnings: [warning] }
})

const protocolOf = Effect.fnUntraced(function* () {
  const protocol = (yield* variable("OTEL_EXPORTER_OTLP_PROTOCOL"))?.trim().toLowerCase() ?? "http/json"
  const known = protocol === "http/json" || protocol === "http/protobuf"
  const warning = `OTEL_EXPORTER_OTLP_PROTOCOL ${protocol} is not spoken here: http/json is used; gRPC's port takes neither`
  return { protobuf: protocol === "http/protobuf", warnings: known ? [] : [warning] }
})

/** Undefined while telemetry is switched off: nothing names a collector, or something forbids it. */
export const telemetryOf: (settings: TelemetrySettings) => Effect.Effect<Telemetry | undefined> = Effect.fnUntraced(
  function* (settings) {
    if (!settings.enabled || isTrue(yield* variable("OTEL_SDK_DISABLED"))) return undefined
    if (settings.endpoint === undefined && !(yield* anyOf(endpoints))) return undefined
    const { sampler, warnings } = yield* samplerFor(settings.sampleRatio)
    const protocol = yield* protocolOf()
    const attributes = yield* variable("OTEL_RESOURCE_ATTRIBUTES")
    const named = attributes?.includes("service.name=") === true && settings.serviceName === undefined
    return {
      fallback: {
        ...(settings.endpoint !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: settings.endpoint }),
        ...(!named && { OTEL_SERVICE_NAME: settings.serviceName ?? "zalo-effect" }),
        OTEL_TRACES_EXPORTER: settings.traces ? "otlp" : "none",
        OTEL_LOGS_EXPORTER: settings.logs ? "otlp" : "none",
        OTEL_EXPORTER_OTLP_TIMEOUT: exportTimeout
      },
      headersNamed: yield* anyOf(headers),
      protobuf: protocol.protobuf,
      sampler,
      warnings: [...warnings, ...protocol.warnings]
    }
  }
)
