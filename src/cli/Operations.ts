import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AccountId } from "../domain/ids.ts"
import type { AccountStatus } from "../gateway/AccountStatus.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { Finding } from "../gateway/doctor/Finding.ts"
import type { CommandFailed } from "./errors.ts"

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

/** One account in `channels status`, and what Zalo said of its token if it was asked. */
export interface ProbedStatus extends AccountStatus {
  readonly probe?: {
    readonly ok: boolean
    readonly bot: string | null
    readonly elapsedMs: number
    readonly error?: string
  }
}

export interface StatusReport {
  readonly accounts: ReadonlyArray<ProbedStatus>
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
  }
>()("zalo-effect/cli/Operations") {}
