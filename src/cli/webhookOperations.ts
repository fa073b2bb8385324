import type { AccountId } from "../domain/ids.ts"
import type { WebhookView } from "../gateway/webhookDesk.ts"
import type { WebhookCheck } from "../updates/webhookCheck.ts"
import type { ConfigChoice } from "./Operations.ts"

export type WebhookAction = "show" | "set" | "test" | "delete"

export interface WebhookOptions {
  readonly config: ConfigChoice
  readonly account: AccountId | undefined
  readonly action: WebhookAction
}

export type WebhookResult =
  | ({ readonly _tag: "Shown" } & WebhookView)
  | {
      readonly _tag: "Set"
      readonly account: string
      readonly url: string
      readonly verification: WebhookCheck | null
      readonly warning: string | null
    }
  | { readonly _tag: "Tested"; readonly account: string; readonly verification: WebhookCheck }
  /** `existed`: false where Zalo had none. `comesBack`: an account in webhook mode whose gateway runs sets it again. */
  | { readonly _tag: "Deleted"; readonly account: string; readonly existed: boolean; readonly comesBack: boolean }
