import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { AccountId } from "../domain/ids.ts"
import type { AccessPolicy } from "../domain/Policy.ts"

/** What the gate must know of an account, as it is at this moment. */
export interface AccountAccess {
  readonly policy: AccessPolicy
  /** The bot's display name, once getMe told it. */
  readonly botName: Option.Option<string>
  /** The command line that approves a code in this installation, shown in the challenge. */
  readonly approveCommand: (code: string) => string
}

/** Where the gate learns an account's policy. Read for each message, so that a changed configuration counts at once. */
export class AccessPolicies extends Context.Service<
  AccessPolicies,
  { of(account: AccountId): Effect.Effect<AccountAccess> }
>()("zalo-effect/access/AccessPolicies") {}
