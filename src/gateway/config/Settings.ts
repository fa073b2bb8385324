import type * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import type { AccountSettings } from "../../domain/Account.ts"
import type { AccountId } from "../../domain/ids.ts"
import type { Retention } from "../../domain/Retention.ts"
import type { ClusterSettings } from "./cluster.ts"
import type { LoggingSettings } from "./logging.ts"
import type { ConfigProblem } from "./problems.ts"
import type { StoreSettings } from "./store.ts"
import type { TelemetrySettings } from "./telemetry.ts"

/** What the HTTP server and the process as a whole need (`design.md` §6.1). */
export interface GatewaySettings {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** The bearer token of `/v1/…`; undefined: the one in the data directory. */
  readonly token: Redacted.Redacted | undefined
  /** Addresses or CIDR ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: ReadonlyArray<string>
  /** How long a graceful stop may take. */
  readonly stopLimit: Duration.Duration
  readonly webhookBody: { readonly maxBytes: number; readonly timeout: Duration.Duration }
  /** Undefined: this process has its store for itself. */
  readonly cluster: ClusterSettings | undefined
}

/** An account that is configured but does not run: switched off, or its token cannot be had here. */
export interface IdleAccount extends Pick<
  AccountSettings,
  "id" | "name" | "access" | "language" | "dmScope" | "onUnknown"
> {
  readonly transport: "polling" | "webhook"
  /** One sentence; names a key or a variable, never a value. */
  readonly reason: string
}

/** The configuration, merged and checked. */
export interface Settings {
  readonly source: {
    /** As it was named or found; undefined when there is none or a program gave the value. */
    readonly file: string | undefined
  }
  /** Base of the Bot API, without a trailing slash. */
  readonly apiUrl: string
  /** Holds `media/`, `logs/`, and `zalo-effect.db` where the store is SQLite. Not created here. */
  readonly dataDir: string
  readonly gateway: GatewaySettings
  readonly store: StoreSettings
  readonly retention: Retention
  readonly logging: LoggingSettings
  readonly telemetry: TelemetrySettings
  /** Enabled, with a token, sorted by id. */
  readonly accounts: ReadonlyArray<AccountSettings>
  readonly disabled: ReadonlyArray<IdleAccount>
  /** Enabled, without a usable secret: only ever filled when loaded with `secrets: "optional"`. */
  readonly unavailable: ReadonlyArray<IdleAccount>
  /** The account that a command means when it names none. */
  readonly defaultAccount: AccountId
  /** Where each account's token comes from: a key or a variable, for people. */
  readonly tokenFrom: ReadonlyMap<AccountId, string>
  /** False: nobody chose an agent, so it is echo. */
  readonly agentConfigured: boolean
  readonly warnings: ReadonlyArray<ConfigProblem>
}
