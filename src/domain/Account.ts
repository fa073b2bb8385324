import type * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import type { AccountId } from "./ids.ts"
import type { AccessPolicy, Language } from "./Policy.ts"

/** Where updates come from. */
export type Transport =
  | { readonly _tag: "Polling" }
  | {
      readonly _tag: "Webhook"
      /** The public https address that Zalo is told. */
      readonly url: string
      /** The path it is served under here: leading slash, no trailing one. */
      readonly path: string
      readonly secret: Redacted.Redacted
    }

/** Which agent answers (`design.md` §6.4). */
export type AgentConfig =
  | { readonly type: "echo" }
  | { readonly type: "none" }
  | { readonly type: "command"; readonly command: ReadonlyArray<string>; readonly timeout: Duration.Duration }
  | {
      readonly type: "http"
      readonly url: string
      readonly headers: Readonly<Record<string, string | Redacted.Redacted>>
      readonly timeout: Duration.Duration
    }

/** Which private chats share an agent's session (`reference-behaviour.md` §1.9). */
export type DmScope = "main" | "per-peer" | "per-channel-peer" | "per-account-channel-peer"

/** Everything that one account needs, merged and checked: what the rooms below the configuration read. */
export interface AccountSettings {
  readonly id: AccountId
  readonly name: string | undefined
  readonly token: Redacted.Redacted
  /** The part of the token before the colon: names the bot, is no secret. */
  readonly botId: string
  readonly transport: Transport
  readonly proxy: Redacted.Redacted | undefined
  readonly access: AccessPolicy
  readonly language: Language
  readonly agent: AgentConfig
  readonly dmScope: DmScope
  readonly turns: { readonly attempts: number; readonly maxAge: Duration.Duration; readonly notice: boolean }
  readonly outbox: { readonly maxAge: Duration.Duration }
  /** What a send of unknown fate gets: one more attempt, or none. */
  readonly onUnknown: "resend" | "hold"
  /** UTF-16 units, at most 2,000 (`zalo-bot-api.md` §5.7). */
  readonly textChunkLimit: number
  readonly responsePrefix: string | undefined
  /** The largest picture, in and out. */
  readonly mediaMaxBytes: number
}
