import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as OtlpLogger from "effect/observability/OtlpLogger"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as OtlpTracer from "effect/observability/OtlpTracer"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import type { TelemetrySettings } from "../../gateway/config/telemetry.ts"
import { MessageTraces } from "../../journal/MessageTraces.ts"
import { makeMessageTraces, rooted } from "./messageTraces.ts"
import type { Telemetry } from "./variables.ts"

/** The exporters read the standard variables themselves; what the file says stands behind them. */
const withFallback = ({ fallback }: Telemetry): Layer.Layer<never> =>
  Layer.effect(
    ConfigProvider.ConfigProvider,
    Effect.map(ConfigProvider.ConfigProvider, (environment) =>
      ConfigProvider.orElse(environment, ConfigProvider.fromEnv({ env: { ...fallback } }))
    )
  )

/**
 * Exports traces and logs by OTLP over HTTP. It builds upon the loggers at hand and adds its own to them. A variable that
 * cannot be read switches it off, with a line in the log: a bot does not go silent for its telemetry's sake.
 */
export const layer = (
  telemetry: Telemetry,
  settings: TelemetrySettings,
  version: string
): Layer.Layer<never, never, HttpClient> => {
  const headers = Object.entries(settings.headers).map(([name, value]) => [name, Redacted.value(value)] as const)
  const common = {
    resource: { serviceVersion: version },
    ...(telemetry.headersNamed || headers.length === 0 ? {} : { headers })
  }
  const tracer = Layer.effect(Tracer.Tracer, Effect.map(Tracer.Tracer, rooted)).pipe(
    Layer.provide(OtlpTracer.layerFromConfig(common))
  )
  const traces = Layer.merge(tracer, Layer.succeed(MessageTraces, makeMessageTraces(telemetry.sampler)))
  const exporters = Layer.merge(
    settings.traces ? traces : Layer.empty,
    OtlpLogger.layerFromConfig({ ...common, mergeWithExisting: true })
  ).pipe(
    Layer.provide(telemetry.protobuf ? OtlpSerialization.layerProtobuf : OtlpSerialization.layerJson),
    Layer.provide(withFallback(telemetry))
  )
  return Layer.effectDiscard(Effect.forEach(telemetry.warnings, (warning) => Effect.logWarning(warning))).pipe(
    Layer.merge(exporters),
    Layer.catchCause((cause) => {
      return Layer.effectDiscard(Effect.logWarning(`telemetry is switched off: ${firstLine(cause)}`))
    })
  )
}

const firstLine = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? ""
}
