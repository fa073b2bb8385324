import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import { noTelemetry, type TelemetrySettings } from "../../gateway/config/telemetry.ts"
import { ProgramVersion } from "../../gateway/ProgramVersion.ts"
import * as httpClient from "../http-client.ts"
import { telemetryOf } from "./variables.ts"

/**
 * Traces and logs by OTLP where the standard variables or `telemetry` name a collector; the exporters are loaded only then.
 * What belongs to no message is not traced: polls, migrations and requests to the server would be most of it, and addresses
 * hold secrets. Build it upon the loggers (`Layer.provideMerge`): it adds its own to them.
 */
export const layer = (settings: TelemetrySettings): Layer.Layer<never, never, HttpClient> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const telemetry = yield* telemetryOf(settings)
      if (telemetry === undefined) return Layer.empty
      const version = yield* ProgramVersion
      const otlp = yield* Effect.promise(() => import("./otlp.ts"))
      return otlp.layer(telemetry, settings, version)
    })
  ).pipe(Layer.merge(Layer.succeed(References.TracerEnabled, false)))

/**
 * Telemetry for a program that embeds the gateway: `Layer.provide` it to `NodeGateway.layerConfig()`. The standard variables
 * (`OTEL_EXPORTER_OTLP_ENDPOINT`, …) are read; what is given here stands behind them.
 *
 * **Gotchas** It adds to the loggers that it is built upon: provide yours to it, and it to the gateway. Only what belongs to a
 * message of a bot is traced below it; a program's own spans need a tracer of their own.
 */
export const layerTelemetry = (settings: Partial<TelemetrySettings> = {}): Layer.Layer<never> =>
  layer({ ...noTelemetry, ...settings }).pipe(Layer.provide(httpClient.layer))
