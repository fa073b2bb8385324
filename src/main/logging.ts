import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { LogLevel } from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import type * as Scope from "effect/Scope"
import { line } from "../cli/announce.ts"
import type { ServerEvent } from "../cli/Operations.ts"
import type { LoggingSettings } from "../gateway/config/logging.ts"
import type { Settings } from "../gateway/config/Settings.ts"
import { folderIn } from "../node/logs/files.ts"
import { fileLogger } from "../node/logs/logger.ts"
import * as telemetry from "../node/telemetry/layer.ts"
import { scrubber } from "../zalo/scrub.ts"
import { stderr, toStderr } from "./stderrLog.ts"

/** What stdout tells already: the log file has it too, and stderr not again. */
const Announced = Context.Reference<boolean>("zalo-effect/main/Announced", { defaultValue: () => false })

const unlessAnnounced = (logger: Logger.Logger<unknown, void>): Logger.Logger<unknown, void> =>
  Logger.make((options) => (options.fiber.getRef(Announced) ? undefined : logger.log(options)))

/** Tells an event, and notes it in the log. */
export const noted =
  (report: (event: ServerEvent) => Effect.Effect<void>) =>
  (event: ServerEvent): Effect.Effect<void> =>
    Effect.logInfo(line(event).split("\n", 1)[0]).pipe(
      Effect.annotateLogs("account" in event ? { account: event.account } : {}),
      Effect.provideService(Announced, true),
      Effect.andThen(report(event))
    )

/** Notes in the log, and not on stderr, that the program is over: once everything else is. */
export const notedEnd: Effect.Effect<void, never, Scope.Scope> = Effect.addFinalizer(() =>
  Effect.logInfo("stopped").pipe(Effect.provideService(Announced, true))
)

const levels: Readonly<Record<LoggingSettings["level"], LogLevel>> = {
  trace: "Trace",
  debug: "Debug",
  info: "Info",
  warn: "Warn",
  error: "Error",
  fatal: "Fatal",
  none: "None"
}

/** What no line may hold, whoever wrote it. */
const secretsOf = ({ accounts, gateway, telemetry }: Settings): ReadonlyArray<string> =>
  [
    ...accounts.flatMap(({ token, transport }) => [token, ...(transport._tag === "Webhook" ? [transport.secret] : [])]),
    ...(gateway.token === undefined ? [] : [gateway.token]),
    ...Object.values(telemetry.headers)
  ].map(Redacted.value)

/** The logs of a running gateway: stderr, and a file in its data directory. */
const layerLogs = (settings: Settings, secrets: ReadonlyArray<string>): Layer.Layer<never> => {
  const { file, format, level } = settings.logging
  const console = unlessAnnounced(toStderr(format))
  const loggers = file.enabled ? [console, fileLogger(folderIn(settings.dataDir), file, scrubber(secrets))] : [console]
  return Layer.mergeAll(Logger.layer(loggers), Layer.succeed(References.MinimumLogLevel, levels[level]), stderr)
}

/** Logs and telemetry of a running gateway: outside of all that it is made of, so that they end last. */
export const layerServer = (settings: Settings): Layer.Layer<never, never, HttpClient> =>
  telemetry.layer(settings.telemetry).pipe(Layer.provideMerge(layerLogs(settings, secretsOf(settings))))

/** The same for a sandbox, which has no secrets: its token is a word that everybody uses. */
export const layerSandbox = (settings: Settings): Layer.Layer<never, never, HttpClient> =>
  telemetry.layer(settings.telemetry).pipe(Layer.provideMerge(layerLogs(settings, [])))
