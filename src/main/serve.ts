import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { formatAddress, HttpServer } from "effect/http/HttpServer"
import type { CommandFailed } from "../cli/errors.ts"
import type { ServeOptions } from "../cli/Operations.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { watchConfig } from "../gateway/config/watch.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { Gateway } from "../gateway/Gateway.ts"
import { startNotes } from "../gateway/startNotes.ts"
import { layerServed, layerGateway } from "../node/gateway.ts"
import { layerPlatform } from "../node/platform.ts"
import { reloadOnHangup } from "../node/reloadOnHangup.ts"
import { announceAccounts } from "./announcements.ts"
import { commandFailed, obstacles } from "./failures.ts"
import * as logging from "./logging.ts"
import * as stderrLog from "./stderrLog.ts"
import { whenFree } from "./standby.ts"

const running = Effect.fnUntraced(function* (options: ServeOptions, config: Context.Context<ZaloConfig>) {
  const { cluster, host, port } = Context.get(config, ZaloConfig).gateway
  const report = logging.noted(options.report)
  yield* logging.notedEnd
  yield* Effect.provideContext(startNotes({ embeddedAgent: false }), config)
  const whole = layerServed.pipe(Layer.provideMerge(layerGateway))
  const context = yield* (options.wait && cluster === undefined ? whenFree(whole) : Layer.build(whole)).pipe(
    Effect.provideContext(config),
    Effect.catchTag(obstacles, (error) => Effect.fail(commandFailed(error, `${host}:${port}`)))
  )
  const gateway = Context.get(context, Gateway)
  yield* report({ _tag: "Listening", url: formatAddress(Context.get(context, HttpServer).address) })
  yield* Effect.forkScoped(announceAccounts(gateway, report))
  yield* gateway.start
  yield* Effect.forkScoped(Effect.provideContext(watchConfig, config))
  return yield* Effect.provideContext(reloadOnHangup, config)
}, Effect.scoped)

/** The gateway until it is interrupted: leases, journal, routes, and only then Zalo. */
export const serve = (options: ServeOptions): Effect.Effect<void, CommandFailed | ConfigError> =>
  Layer.build(ZaloConfig.layerConfig({ ...options, file: options.config.file })).pipe(
    Effect.flatMap((config) =>
      Effect.provide(running(options, config), logging.layerServer(Context.get(config, ZaloConfig)))
    ),
    Effect.scoped,
    Effect.provide([layerPlatform, stderrLog.layer])
  )
