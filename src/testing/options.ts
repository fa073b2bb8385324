import type * as Layer from "effect/Layer"
import type { AgentBridge } from "../agent/AgentBridge.ts"
import type { ChunkMode, RenderMode, TableMode, TurnPolicy } from "../domain/Account.ts"
import type { DmPolicy, GroupPolicy, Language } from "../domain/Policy.ts"
import type { Missed } from "../domain/Proactive.ts"
import type { EmulatedZaloOptions } from "../sandbox/Zalo.ts"

/** Seconds, or `"90s"`, `"5m"`, `"1h"`. */
export type ConfigDuration = number | string

/** What a gateway under test is like: keys of an account, as in the configuration, and a few of the test's own. */
export interface TestGatewayOptions {
  /** How updates reach the gateway. Default `polling`. */
  readonly transport?: "polling" | "webhook" | undefined
  /** Who answers. Default: the `AgentBridge` that is provided to the layer, else echo. */
  readonly agent?: Layer.Layer<AgentBridge> | undefined
  /** How this Zalo behaves. Its one bot is the gateway's. */
  readonly zalo?: Omit<EmulatedZaloOptions, "bots"> | undefined

  readonly dmPolicy?: DmPolicy | undefined
  /** With `dmPolicy: "open"` everyone, unless said otherwise. */
  readonly allowFrom?: ReadonlyArray<string> | undefined
  readonly groupPolicy?: GroupPolicy | undefined
  readonly groupAllowFrom?: ReadonlyArray<string> | undefined
  readonly groups?: { readonly requireMention?: boolean | undefined } | undefined
  readonly pairing?:
    | {
        readonly ttl?: ConfigDuration | undefined
        readonly maxPending?: number | undefined
        readonly owners?: ReadonlyArray<string> | undefined
        readonly replay?: boolean | undefined
      }
    | undefined
  readonly throttle?:
    | {
        readonly messages?: number | undefined
        readonly per?: ConfigDuration | undefined
        readonly notice?: boolean | undefined
      }
    | undefined
  readonly turns?:
    | {
        readonly mode?: TurnPolicy["mode"] | undefined
        readonly window?: ConfigDuration | undefined
        readonly queue?:
          | { readonly cap?: number | undefined; readonly drop?: "oldest" | "newest" | undefined }
          | undefined
        readonly attempts?: number | undefined
        readonly maxAge?: ConfigDuration | undefined
        readonly notice?: boolean | undefined
      }
    | undefined
  readonly handoff?:
    | {
        readonly keywords?: ReadonlyArray<string> | undefined
        readonly resumeKeywords?: ReadonlyArray<string> | undefined
        readonly resumeAfter?: ConfigDuration | undefined
        readonly notice?: boolean | undefined
        readonly onAgentFailure?: boolean | undefined
      }
    | undefined
  readonly streaming?: "off" | "paragraphs" | undefined
  readonly outbox?: { readonly maxAge?: ConfigDuration | undefined } | undefined
  readonly onUnknown?: "resend" | "hold" | undefined
  readonly language?: Language | undefined
  readonly mediaMaxMb?: number | undefined
  readonly responsePrefix?: string | undefined
  readonly textChunkLimit?: number | undefined
  readonly chunkMode?: ChunkMode | undefined
  readonly render?: RenderMode | undefined
  /** Messages a month. */
  readonly quota?: number | undefined
  readonly proactive?:
    | {
        readonly perMinute?: number | undefined
        readonly quietHours?:
          | { readonly from: string; readonly to: string; readonly zone?: string | undefined }
          | undefined
        readonly reserve?: number | undefined
        readonly missed?: Missed | undefined
        readonly optOut?:
          | {
              readonly words?: ReadonlyArray<string> | undefined
              readonly back?: ReadonlyArray<string> | undefined
              readonly footer?: boolean | undefined
            }
          | undefined
      }
    | undefined
  readonly markdown?:
    | { readonly tables?: TableMode | undefined; readonly filterArtifacts?: boolean | undefined }
    | undefined
}
