import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AccountId } from "../domain/ids.ts"
import type { Missed } from "../domain/Proactive.ts"
import type { ConfigError, ConfigProblem } from "../gateway/config/problems.ts"
import type { Forecast } from "../gateway/proactive/forecast.ts"
import type { BroadcastView, RecipientView, ScheduleView } from "../gateway/proactive/views.ts"
import type { CommandFailed, UsageError } from "./errors.ts"
import type { TokenAnswer, TokenTry } from "./setupOperations.ts"
import type { Copied, CopyOptions, MigrateOptions, Migrated, StoreCheck } from "./storeOperations.ts"
import type { WebhookOptions, WebhookResult } from "./webhookOperations.ts"

/** Where the configuration comes from: the `--config` flag. */
export interface ConfigChoice {
  readonly file: string | undefined
}

/** What a server has to tell while it runs, in the order in which it happens. */
export type ServerEvent =
  /** It takes requests. For `sandbox`, `url` is the address of the chat page. */
  | { readonly _tag: "Listening"; readonly url: string; readonly note?: string }
  | { readonly _tag: "AccountReady"; readonly account: string; readonly bot: string; readonly transport: string }
  /** This account does not run (any more); the process and the others do. */
  | { readonly _tag: "AccountStopped"; readonly account: string; readonly reason: string }

export interface ServeOptions {
  readonly config: ConfigChoice
  /** Stand by while another process works for one of the bots. */
  readonly wait: boolean
  readonly host: string | undefined
  readonly port: number | undefined
  readonly clusterHost: string | undefined
  readonly clusterPort: number | undefined
  readonly report: (event: ServerEvent) => Effect.Effect<void>
}

export interface SandboxOptions {
  readonly port: number | undefined
  /** Throw away what an earlier sandbox kept. */
  readonly reset: boolean
  readonly report: (event: ServerEvent) => Effect.Effect<void>
}

export interface SendOptions {
  readonly config: ConfigChoice
  readonly account: AccountId | undefined
  /** A chat's id, prefixes already taken off. */
  readonly target: string
  /** May be empty when there is media. */
  readonly message: string
  /** An address, or the path of a file. */
  readonly media: string | undefined
  readonly dryRun: boolean
  /** Whether a person answers with it in the bot's stead (`chat say`). */
  readonly answers?: boolean
  /** False only hands it to the outbox. */
  readonly wait?: boolean
}

export type SendResult =
  | {
      readonly _tag: "Sent"
      readonly account: string
      readonly chatId: string
      readonly messageIds: ReadonlyArray<string>
    }
  | {
      readonly _tag: "Queued"
      readonly account: string
      readonly chatId: string
      /** `out:ID` of each row. */
      readonly queued: ReadonlyArray<string>
    }
  | {
      readonly _tag: "DryRun"
      readonly account: string
      readonly chatId: string
      readonly chunks: ReadonlyArray<string>
    }

export interface BroadcastOptions {
  readonly config: ConfigChoice
  readonly account: AccountId | undefined
  readonly message: string
  /** An address, or the path of a file. */
  readonly media: string | undefined
  readonly name: string | undefined
  /** `broadcast`: to whom a broadcast may reach. `list`: as one `message send` for each. */
  readonly kind: "broadcast" | "list"
  /** Undefined is everybody who wrote first. */
  readonly chats: ReadonlyArray<string> | undefined
  /** Only who wrote since then, epoch ms. */
  readonly since: number | undefined
  readonly dryRun: boolean
  /** Ends when the broadcast does. Without it a running gateway is left to it; without a gateway this process sends all the same. */
  readonly wait: boolean
  readonly progress: (broadcast: BroadcastView) => Effect.Effect<void>
}

export type BroadcastResult =
  | {
      readonly _tag: "DryRun"
      readonly account: string
      readonly chunks: ReadonlyArray<string>
      readonly forecast: Forecast
    }
  | {
      readonly _tag: "Begun"
      readonly broadcast: BroadcastView
      /** There was one of that name: it goes on. */
      readonly existing: boolean
      /** Where it was waited for. */
      readonly results: ReadonlyArray<RecipientView> | undefined
    }

export interface ScheduleOptions {
  readonly config: ConfigChoice
  readonly account: AccountId | undefined
  readonly message: string
  readonly media: string | undefined
  readonly name: string | undefined
  readonly cron: string | undefined
  /** A time of the zone's clock, or one with an offset; instead of `cron`. */
  readonly at: string | undefined
  readonly zone: string
  /** Undefined is everybody who wrote first. */
  readonly chats: ReadonlyArray<string> | undefined
  /** For one chat, not a list. */
  readonly single: boolean
  /** Only to who wrote within so many ms before the run. */
  readonly within: number | undefined
  readonly missed: Missed | undefined
  readonly dryRun: boolean
}

export interface ScheduleResult {
  /** Undefined in a dry run. */
  readonly schedule: ScheduleView | undefined
  readonly account: string
  /** When it is due next, ISO 8601 UTC. */
  readonly next: ReadonlyArray<string>
  readonly chunks: ReadonlyArray<string>
}

/** How a running gateway stands to its configuration. Times are ISO 8601 UTC. */
export interface Reloaded {
  readonly ok: boolean
  readonly file: string | null
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly since: string | null
  /** Keys whose new value is taken up by a restart only. */
  readonly restart: ReadonlyArray<string>
  readonly loadedAt: string
}

/**
 * What the commands need done by the runtime itself. The servers run until they are interrupted; a `send` that went out in
 * part fails with `details: { messageIds }`.
 */
export class Operations extends Context.Service<
  Operations,
  {
    serve(options: ServeOptions): Effect.Effect<void, CommandFailed | ConfigError>
    sandbox(options: SandboxOptions): Effect.Effect<void, CommandFailed | ConfigError>
    send(options: SendOptions): Effect.Effect<SendResult, CommandFailed | ConfigError>
    broadcast(options: BroadcastOptions): Effect.Effect<BroadcastResult, CommandFailed | ConfigError>
    addSchedule(options: ScheduleOptions): Effect.Effect<ScheduleResult, UsageError | CommandFailed | ConfigError>
    /** Has the running gateway read its configuration again. */
    reload(config: ConfigChoice): Effect.Effect<Reloaded, CommandFailed>
    webhook(options: WebhookOptions): Effect.Effect<WebhookResult, CommandFailed | ConfigError>
    migrateStore(options: MigrateOptions): Effect.Effect<Migrated, CommandFailed | ConfigError>
    checkStore(options: { readonly config: ConfigChoice }): Effect.Effect<StoreCheck, CommandFailed | ConfigError>
    copyStore(options: CopyOptions): Effect.Effect<Copied, CommandFailed | ConfigError>
    /** Asks Zalo who the bot of a token is. */
    tryToken(options: TokenTry): Effect.Effect<TokenAnswer>
    /** Long enough that nobody guesses it, and plain enough for a header. */
    readonly makeSecret: Effect.Effect<string>
  }
>()("zalo-effect/cli/Operations") {}
