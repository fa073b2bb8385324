import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AccountId } from "../domain/ids.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { Finding } from "../gateway/doctor/Finding.ts"
import type { Holder } from "../gateway/Leases.ts"
import type { CommandFailed } from "./errors.ts"
import type { TokenAnswer, TokenTry } from "./setupOperations.ts"
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
  readonly host: string | undefined
  readonly port: number | undefined
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
}

export type SendResult =
  | {
      readonly _tag: "Sent"
      readonly account: string
      readonly chatId: string
      readonly messageIds: ReadonlyArray<string>
    }
  | {
      readonly _tag: "DryRun"
      readonly account: string
      readonly chatId: string
      readonly chunks: ReadonlyArray<string>
    }

export interface StatusOptions {
  readonly config: ConfigChoice
  /** Ask Zalo with each token. */
  readonly probe: boolean
}

/** One account in `channels status`. Times are ISO 8601 UTC. */
export interface AccountStatus {
  readonly account: string
  readonly name: string | null
  readonly enabled: boolean
  readonly transport: "polling" | "webhook"
  readonly ready: boolean
  readonly reason: string | null
  readonly lastGoodAt: string | null
  /** Rows by what they are waiting for, such as `pending`, `dead`, `queued`, `unknown`. */
  readonly queue: Readonly<Record<string, number>>
  /** When the oldest message that waits was received. */
  readonly oldestWaitingAt: string | null
  /** How many unknown events, fields and error codes Zalo sent in the last 30 days, each counted once. */
  readonly drift: number
  /** Messages sent this month, and how many Zalo allows (null: not counted). `warning` is for people. */
  readonly quota: { readonly used: number; readonly limit: number | null; readonly warning: string | null }
  /** The process that works for the bot; null: none, or one that did not say. */
  readonly lease: Holder | null
  /** What somebody should look at, the worst first, each with the next step. */
  readonly problems: ReadonlyArray<Finding>
  readonly probe?: {
    readonly ok: boolean
    readonly bot: string | null
    readonly elapsedMs: number
    readonly error?: string
  }
}

export interface StatusReport {
  readonly accounts: ReadonlyArray<AccountStatus>
  /** What is about no single account. */
  readonly problems: ReadonlyArray<Finding>
}

export interface DoctorOptions {
  readonly config: ConfigChoice
  /** Ask nobody outside this machine. */
  readonly offline: boolean
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
    status(options: StatusOptions): Effect.Effect<StatusReport, CommandFailed | ConfigError>
    doctor(options: DoctorOptions): Effect.Effect<ReadonlyArray<Finding>>
    webhook(options: WebhookOptions): Effect.Effect<WebhookResult, CommandFailed | ConfigError>
    /** Asks Zalo who the bot of a token is. */
    tryToken(options: TokenTry): Effect.Effect<TokenAnswer>
    /** Long enough that nobody guesses it, and plain enough for a header. */
    readonly makeSecret: Effect.Effect<string>
  }
>()("zalo-effect/cli/Operations") {}
