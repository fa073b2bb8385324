import type * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import type { HandoffSettings } from "./Handoff.ts"
import type { AccountId } from "./ids.ts"
import type { AccessPolicy, Language } from "./Policy.ts"
import type { ProactivePolicy } from "./Proactive.ts"
import type { Throttle } from "./Throttle.ts"

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
  | {
      readonly type: "command"
      readonly command: ReadonlyArray<string>
      /** `once`: a process for each turn. `ndjson`: one that stays, turns and answers as lines. */
      readonly mode: "once" | "ndjson"
      readonly timeout: Duration.Duration
    }
  | {
      readonly type: "http"
      readonly url: string
      readonly headers: Readonly<Record<string, string | Redacted.Redacted>>
      /** The endpoint may answer 202, and reply later. */
      readonly async: boolean
      readonly timeout: Duration.Duration
    }
  | {
      readonly type: "openai"
      /** Up to and without `/chat/completions`. */
      readonly baseUrl: string
      readonly apiKey: Redacted.Redacted | undefined
      readonly model: string
      readonly instructions: string | undefined
      readonly temperature: number | undefined
      /** Of one answer. */
      readonly maxTokens: number | undefined
      readonly headers: Readonly<Record<string, string | Redacted.Redacted>>
      readonly timeout: Duration.Duration
      /** The longest silence inside an answer that has begun. */
      readonly idleTimeout: Duration.Duration
      /** What is told of the conversation before the turn: at most so many messages and so many tokens (estimated). */
      readonly history: { readonly messages: number; readonly tokens: number }
      /** Whether the model sees pictures. */
      readonly images: boolean
      /** Whether the endpoint is told the session's name as `user`: some keep the conversation themselves. */
      readonly sendSession: boolean
    }

/** Which private chats share an agent's session (`reference-behaviour.md` §1.9). */
export type DmScope = "main" | "per-peer" | "per-channel-peer" | "per-account-channel-peer"

/** What becomes of an agent's Markdown: Zalo's styles, Markdown that Zalo reads itself, or the bare words. */
export type RenderMode = "styles" | "markdown" | "plain"

/** How a Markdown table is written: as aligned columns (`block` is the reference's other name for it), as a list, or as it came. */
export type TableMode = "code" | "bullets" | "block" | "off"

/** Where a long answer is cut: as late as a good place allows, or between paragraphs wherever there are some. */
export type ChunkMode = "length" | "newline"

/** How the messages of one chat become turns. */
export interface TurnPolicy {
  /**
   * `serial`: one turn for each message. `merge`: messages of one person within `window` of each other become one turn.
   * `interrupt`: a further message cancels the turn under way, and its text joins the next one.
   */
  readonly mode: "serial" | "merge" | "interrupt"
  readonly window: Duration.Duration
  /** How many messages of a chat may wait, and which go when there are more. */
  readonly queue: { readonly cap: number | undefined; readonly drop: "oldest" | "newest" }
  readonly attempts: number
  readonly maxAge: Duration.Duration
  readonly notice: boolean
}

/** How pictures and voices come in and go out (`media` of the configuration). */
export interface MediaSettings {
  /** How long what people sent is kept. */
  readonly ttl: Duration.Duration
  /** How long a hosted file can be fetched, from the time that its address was given to Zalo. */
  readonly hostTtl: Duration.Duration
  /** Hosts that a proxy may be asked for by name where names cannot be resolved here; `.example.com` covers what is under it. */
  readonly allowHosts: ReadonlyArray<string>
  /** Special networks that media may come from all the same, such as a fake-IP resolver's `198.18.0.0/15`. */
  readonly allowRanges: ReadonlyArray<string>
  /** Where Zalo reaches this gateway, without a trailing slash. Undefined: `webhookUrl` tells, or nobody. */
  readonly publicUrl: string | undefined
}

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
  /** Undefined: people may write as much as they like. */
  readonly throttle: Throttle | undefined
  readonly language: Language
  readonly agent: AgentConfig
  readonly dmScope: DmScope
  /** Messages that end a session and begin a new one, in lower case (`/new`). */
  readonly resetTriggers: ReadonlyArray<string>
  readonly turns: TurnPolicy
  readonly handoff: HandoffSettings
  /** Whether a long answer leaves paragraph by paragraph while the agent is still writing. */
  readonly streaming: "off" | "paragraphs"
  readonly outbox: { readonly maxAge: Duration.Duration }
  /** Messages a month that Zalo allows this bot (`zalo-bot-api.md` §9); null counts none. */
  readonly quota: number | null
  /** What a send of unknown fate gets: one more attempt, or none. */
  readonly onUnknown: "resend" | "hold"
  /** UTF-16 units, at most 2,000 (`zalo-bot-api.md` §5.7). */
  readonly textChunkLimit: number
  readonly chunkMode: ChunkMode
  readonly render: RenderMode
  readonly markdown: {
    readonly tables: TableMode
    /** Whether a model's leftovers (reasoning, tool traces) are taken out. */
    readonly filterArtifacts: boolean
  }
  /** Before the first words of each answer: a template (`render/prefix.ts`). */
  readonly responsePrefix: string | undefined
  /** The largest picture, in and out. */
  readonly mediaMaxBytes: number
  /** An update older than that is no news (`Retention.done`). */
  readonly retention: Duration.Duration
  readonly media: MediaSettings
  readonly proactive: ProactivePolicy
}
