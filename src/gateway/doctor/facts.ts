import type { AccountReport } from "../AccountReport.ts"
import type { ConfigStanding } from "../config/ConfigStanding.ts"
import type { ConfigProblem } from "../config/problems.ts"
import type { Holder } from "../Leases.ts"
import type { Quota } from "../quotaWarning.ts"

/** What could be learnt of the configuration. */
export interface ConfigFacts {
  readonly file: string | null
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<ConfigProblem>
  /** False: nobody chose an agent, so it is echo. */
  readonly agentConfigured: boolean
  /** What a gateway that runs says of the configuration; null: none runs, or it did not say. */
  readonly standing: ConfigStanding | null
}

/** The place where everything is kept. Times are epoch milliseconds, sizes bytes. */
export interface MachineFacts {
  readonly dataDir: string
  /** What is wrong with the folder itself. */
  readonly dataDirProblem: string | null
  readonly disk: { readonly free: number; readonly total: number } | null
  /** Files with secrets in them that others may read. */
  readonly openFiles: ReadonlyArray<{ readonly path: string; readonly what: string }>
  /** How far this machine's clock is ahead of Zalo's; null: not asked, or no answer. */
  readonly clockAhead: number | null
}

export type StoreFacts =
  | { readonly _tag: "Missing"; readonly path: string }
  | {
      readonly _tag: "Unusable"
      readonly path: string
      readonly reason: "busy" | "full" | "readonly" | "corrupt" | "schema" | "unavailable"
      readonly detail: string
    }
  | {
      readonly _tag: "Open"
      readonly path: string
      readonly bytes: number
      /** Of the write-ahead log. */
      readonly logBytes: number
      readonly writable: boolean
    }

/** Whether something listens where the gateway should. */
export interface ServerFacts {
  readonly address: string
  readonly answers: "gateway" | "other" | "nothing"
}

/** What the store holds of an account. */
export interface QueueFacts {
  readonly pending: number
  readonly dead: number
  readonly queued: number
  readonly sending: number
  readonly unknown: number
  /** Outbox rows that are dead. */
  readonly undelivered: number
  /** When the oldest message that waits was received. */
  readonly oldest: number | null
}

/** Zalo's own answers, with the account's token. */
export interface ProbeFacts {
  readonly bot: string | null
  readonly elapsedMs: number
  readonly trouble: { readonly kind: "refused" | "unreachable" | "other"; readonly message: string } | null
  /** Origin of the webhook that is set; null: none, or not asked. */
  readonly webhook: { readonly origin: string; readonly ours: boolean } | null
}

/** An agent that could be looked at without asking it anything. */
export interface AgentFacts {
  readonly type: string
  readonly trouble: { readonly kind: "missing" | "unreachable" | "refused"; readonly message: string } | null
}

export interface AccountFacts {
  readonly account: string
  readonly name: string | null
  readonly enabled: boolean
  readonly transport: "polling" | "webhook"
  /** Why it is configured and does not run here. */
  readonly idle: string | null
  readonly lease: Holder | "held" | null
  readonly report: AccountReport | null
  readonly queue: QueueFacts
  readonly quota: Quota & { readonly warning: string | null }
  readonly drift: ReadonlyArray<string>
  /** Strangers with a good code, and messages that found the list full. */
  readonly pairing: { readonly waiting: number; readonly turnedAway: number }
  /** Paused chats in which somebody waits for a person, and since when the first of them does. */
  readonly handoff: { readonly chats: number; readonly since: number | null }
  readonly agent: AgentFacts | null
  readonly probe: ProbeFacts | null
}

/** All that an examination goes by. Whatever was not asked is null. */
export interface Facts {
  readonly now: number
  readonly config: ConfigFacts
  readonly machine: MachineFacts
  readonly store: StoreFacts
  readonly server: ServerFacts | null
  readonly accounts: ReadonlyArray<AccountFacts>
}
