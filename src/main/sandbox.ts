import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ServeError } from "effect/http/HttpServerError"
import { serve } from "effect/http/HttpRouter"
import { formatAddress, HttpServer } from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { createServer } from "node:http"
import { join } from "node:path"
import { CommandFailed } from "../cli/errors.ts"
import type { SandboxOptions } from "../cli/Operations.ts"
import type { Transport } from "../domain/Account.ts"
import { AccountId } from "../domain/ids.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { Gateway } from "../gateway/Gateway.ts"
import { layerPairing } from "../gateway/pairing.ts"
import { CommandPrefix } from "../gateway/RunningAccounts.ts"
import { layerDesk } from "./sandboxDesk.ts"
import { MediaReach } from "../media/MediaPlace.ts"
import * as gatewayFile from "../node/gateway-file.ts"
import * as httpClient from "../node/http-client.ts"
import { layerGateway, layerRoutes } from "../node/gateway.ts"
import { layerPlatform } from "../node/platform.ts"
import { keepPeople, readPeople } from "../node/people-file.ts"
import { layerHangup } from "../node/sandbox-server.ts"
import { layerFirstUser, pageRoutes } from "../sandbox/page/routes.ts"
import { playground } from "../sandbox/playground.ts"
import { routes } from "../sandbox/routes.ts"
import { EmulatedZalo } from "../sandbox/Zalo.ts"
import * as Webhook from "../updates/Webhook.ts"
import { announceAccounts } from "./announcements.ts"
import { commandFailed } from "./failures.ts"
import { commandPrefix } from "./invocation.ts"
import * as logging from "./logging.ts"
import * as stderrLog from "./stderrLog.ts"
import { sandboxDir } from "./sandbox-dir.ts"

const usualPort = 8788
const portsTried = 20

const account = AccountId.make("default")
const botId = "4055584533866160964"
const token = `${botId}:sandbox`
/** Zalo takes only public https addresses: the emulator finds ours behind this one. */
const publicOrigin = "https://sandbox.zalo.test"
const hook = "/zalo/webhook"

const listenOn = (port: number): Effect.Effect<HttpServer["Service"], ServeError, Scope.Scope> =>
  Effect.map(
    Layer.build(
      NodeHttpServer.layerServer(createServer, { host: "127.0.0.1", port, gracefulShutdownTimeout: "100 millis" })
    ),
    Context.get(HttpServer)
  )

/** The port that was asked for, or the usual one, or the next that is free. */
const listen = (asked: number | undefined): Effect.Effect<HttpServer["Service"], CommandFailed, Scope.Scope> => {
  const from = asked ?? usualPort
  const last = asked === undefined ? from + portsTried : from
  const attempt = (port: number): Effect.Effect<HttpServer["Service"], ServeError, Scope.Scope> =>
    listenOn(port).pipe(Effect.catch((error) => (port < last ? attempt(port + 1) : Effect.fail(error))))
  return Effect.mapError(attempt(from), (error) => commandFailed(error, `127.0.0.1:${from}`))
}

/** How much is logged does no harm. */
const environment = (url: string): Readonly<Record<string, string>> => {
  const level = process.env["ZALO_EFFECT_LOG_LEVEL"]
  return { ZALO_API_URL: url, ...(level !== undefined && { ZALO_EFFECT_LOG_LEVEL: level }) }
}

/** Neither the configuration file nor the environment counts: a sandbox never speaks to the real Zalo. */
const layerConfig = (url: string, directory: string) =>
  ZaloConfig.layer(
    {
      channels: {
        zalo: {
          botToken: token,
          dmPolicy: "pairing",
          groupPolicy: "open",
          // This Zalo is on this machine too, so it can fetch what is hosted here.
          media: { publicUrl: `${url}/zalo` }
        }
      },
      agent: { type: "echo" }
    },
    { dataDir: directory }
  ).pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: environment(url) }))))

const running = Effect.fnUntraced(function* (
  options: SandboxOptions,
  directory: string,
  server: HttpServer["Service"],
  config: Context.Context<ZaloConfig>
) {
  const url = formatAddress(server.address)
  const report = logging.noted(options.report)
  yield* logging.notedEnd
  const people = join(directory, "people.json")
  const webhook: Transport = {
    _tag: "Webhook",
    url: publicOrigin + hook,
    path: hook,
    secret: Redacted.make(randomBytes(24).toString("hex"))
  }
  const emulator = EmulatedZalo.layer({
    // Another one each time: the journal remembers the ids of earlier runs.
    seed: String(yield* Clock.currentTimeMillis),
    bots: [{ token, displayName: "Bot Sandbox" }],
    people: yield* readPeople(people),
    switches: { strangers: "accepted", webhookTargets: { [publicOrigin]: url } }
  })
  const app = Layer.mergeAll(layerRoutes, routes, playground, pageRoutes)
  const context = yield* Layer.build(
    Layer.mergeAll(
      serve(app, { disableListenLog: true, disableLogger: true }).pipe(
        Layer.provide([
          layerHangup,
          layerDesk({ account, webhook }).pipe(Layer.provide(layerPairing)),
          Webhook.untraced
        ])
      ),
      layerFirstUser,
      gatewayFile.layer
    ).pipe(
      Layer.provideMerge(layerGateway),
      Layer.provideMerge(emulator),
      Layer.provideMerge(Layer.succeedContext(config)),
      Layer.provideMerge(
        Layer.mergeAll(
          httpClient.layer,
          Layer.succeed(HttpServer, server),
          Layer.succeed(CommandPrefix, commandPrefix(directory)),
          Layer.succeed(MediaReach, "trusted")
        )
      )
    )
  ).pipe(
    Effect.catchTag(["LeaseHeld", "LeaseUnavailable", "JournalError", "ClusterUnavailable"], (error) =>
      Effect.fail(commandFailed(error, url))
    )
  )
  yield* Effect.forkScoped(Effect.provideContext(keepPeople(people), context))
  const gateway = Context.get(context, Gateway)
  yield* report({
    _tag: "Listening",
    url,
    note: [
      "Open this page to write to the bot as a person on Zalo would. Nothing leaves this machine.",
      `What is said is kept in ${directory}; start with --reset to throw it away. Ctrl-C stops.`
    ].join("\n")
  })
  yield* Effect.forkScoped(announceAccounts(gateway, report))
  yield* gateway.start
  return yield* Effect.never
}, Effect.scoped)

/** `sandbox`: an emulated Zalo, the page to play people on it, and a real gateway between them. */
export const sandbox = (options: SandboxOptions): Effect.Effect<void, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const directory = yield* sandboxDir({ botId, reset: options.reset })
    const server = yield* listen(options.port)
    const config = yield* Layer.build(layerConfig(formatAddress(server.address), directory))
    return yield* running(options, directory, server, config).pipe(
      Effect.provide(logging.layerSandbox(Context.get(config, ZaloConfig)))
    )
  }).pipe(Effect.scoped, Effect.provide([layerPlatform, stderrLog.layer]))
