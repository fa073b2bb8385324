import { group, key } from "./Key.ts"
import { bool, filled, fromSchema } from "./kinds.ts"
import { headerKind } from "./agent.ts"
import { endpointUrl } from "./url.ts"
import * as Schema from "effect/Schema"

export const enabled = key("enabled", bool, {
  description: "Whether anything is exported, whatever the environment says.",
  fallback: "true"
})

export const endpoint = key("endpoint", endpointUrl, {
  description:
    "Where traces and logs are sent by OTLP over HTTP: the address before /v1/traces. OTEL_EXPORTER_OTLP_ENDPOINT wins.",
  fallback: "nothing is exported"
})

export const headers = key("headers", headerKind, {
  description: 'Headers of each export; "${NAME}" takes a value from the environment. OTEL_EXPORTER_OTLP_HEADERS wins.',
  fallback: "{}"
})

export const serviceName = key("serviceName", filled, {
  description: "The service's name. OTEL_SERVICE_NAME wins.",
  fallback: "zalo-effect"
})

export const traces = key("traces", bool, {
  description: "Whether traces are exported. OTEL_TRACES_EXPORTER (otlp, none) wins.",
  fallback: "true"
})

export const logs = key("logs", bool, {
  description: "Whether logs are exported. OTEL_LOGS_EXPORTER (otlp, none) wins.",
  fallback: "true"
})

export const sampleRatio = key(
  "sampleRatio",
  fromSchema(
    Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
    "a number from 0 to 1",
    "Write such a number, without quotes"
  ),
  { description: "The share of messages that are traced. OTEL_TRACES_SAMPLER wins.", fallback: "1" }
)

export const telemetry = group("telemetry", "Traces and logs for an OpenTelemetry collector.", [
  enabled,
  endpoint,
  headers,
  serviceName,
  traces,
  logs,
  sampleRatio
])
