import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { formatAddress, HttpServer } from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import type { Pairing } from "../access/Pairing.ts"
import { AgentBridge } from "../agent/AgentBridge.ts"
import type { ClusterUnavailable } from "../gateway/Cluster.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { SecretFiles } from "../gateway/config/SecretFiles.ts"
import { layerWatch } from "../gateway/config/watch.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { Gateway } from "../gateway/Gateway.ts"
import type { LeaseHeld, LeaseUnavailable } from "../gateway/Leases.ts"
import { layerPairing } from "../gateway/pairing.ts"
import { CommandPrefix } from "../gateway/RunningAccounts.ts"
import { startNotes } from "../gateway/startNotes.ts"
import type { Inbox } from "../journal/Inbox.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import type { Outbox } from "../journal/Outbox.ts"
import { layerGateway, layerServed } from "./gateway.ts"
import { layerPlatform } from "./platform.ts"

/** What a program says itself; it wins over environment and configuration. */
export interface NodeGatewayOptions {
  readonly host?: string | undefined
  /** 0 takes any that is free: ask `HttpServer` for it. */
  readonly port?: number | undefined
  /** Holds `zalo-effect.db` and the leases. Default: `$ZALO_EFFECT_DATA_DIR`, else `zalo-effect` under `$XDG_DATA_HOME`. */
  readonly dataDir?: string | undefined
  /** How the operator calls the command line, as pairing challenges show it. Default `npx zalo-effect`. */
  readonly commandPrefix?: string | undefined
}

/** The same, and which file is read. */
export interface NodeGatewayFileOptions extends NodeGatewayOptions {
  /** Must exist. Default: `$ZALO_EFFECT_CONFIG`, else one of the usual places, else none. */
  readonly file?: string | undefined
}

/** What a running gateway gives to the program around it. */
export type NodeGatewayServices = Gateway | Pairing | ZaloConfig | Inbox | Outbox | Journal | HttpServer

/** What can keep a gateway from starting. */
export type NodeGatewayError =
  | ConfigError
  | ServeError
  | LeaseHeld
  | LeaseUnavailable
  | JournalError
  | ClusterUnavailable

/** Leases, journal and routes first, and only then Zalo, as with `serve`. */
const start = Effect.gen(function* () {
  const gateway = yield* Gateway
  const { address } = yield* HttpServer
  yield* Effect.logInfo(`listening on ${formatAddress(address)}`)
  yield* gateway.start
})

const quoted = (word: string): string => (/^[\w./:=@%+,~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

const prefixOf = ({ commandPrefix, dataDir }: NodeGatewayOptions): string =>
  commandPrefix ?? `${dataDir === undefined ? "" : `ZALO_EFFECT_DATA_DIR=${quoted(dataDir)} `}npx zalo-effect`

const started = (
  options: NodeGatewayOptions,
  config: (options: {
    readonly embeddedAgent: boolean
  }) => Layer.Layer<ZaloConfig, ConfigError, FileSystem.FileSystem | Path.Path | SecretFiles>
): Layer.Layer<NodeGatewayServices, NodeGatewayError> =>
  Layer.unwrap(
    Effect.map(Effect.serviceOption(AgentBridge), (agent) => {
      const embeddedAgent = Option.isSome(agent)
      return Layer.effectDiscard(start).pipe(
        Layer.provideMerge(layerServed),
        Layer.provideMerge(layerPairing),
        Layer.provideMerge(layerGateway),
        Layer.provide(Layer.effectDiscard(startNotes({ embeddedAgent }))),
        Layer.provideMerge(config({ embeddedAgent })),
        Layer.provide(Layer.succeed(CommandPrefix, prefixOf(options))),
        Layer.provide(layerPlatform)
      )
    })
  )

/**
 * The whole gateway, running: configured accounts, journal, HTTP server. Configured as `serve` is: by a file, or by the
 * environment alone. What is edited there counts while it runs (`ZaloConfig`).
 *
 * `Layer.provide(agent)` makes that `AgentBridge` answer for every account; without one the configured agents do.
 *
 * **Gotchas** A configuration that names an agent beside a provided one fails with `ConfigError`. The type does not ask for
 * an agent, so one that was forgotten is noticed by its echo, and by a warning in the log.
 */
export const layerConfig = (options: NodeGatewayFileOptions = {}): Layer.Layer<NodeGatewayServices, NodeGatewayError> =>
  started(options, ({ embeddedAgent }) =>
    Layer.provideMerge(layerWatch, ZaloConfig.layerConfig({ ...options, embeddedAgent }))
  )

/**
 * The same, configured by a value in the form of the file.
 *
 * **Gotchas** The environment counts here too: `ZALO_BOT_TOKEN` makes the account `default`. A token that stands in the
 * value itself stands in the program's source: write `"${NAME}"` of a variable.
 */
export const layer = (
  value: Readonly<Record<string, unknown>>,
  options: NodeGatewayOptions = {}
): Layer.Layer<NodeGatewayServices, NodeGatewayError> =>
  started(options, ({ embeddedAgent }) => ZaloConfig.layer(value, { ...options, embeddedAgent }))
