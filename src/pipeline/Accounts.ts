import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { AgentBridge } from "../agent/AgentBridge.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { AccountId } from "../domain/ids.ts"
import type { ZaloApi } from "../zalo/ZaloApi.ts"
import type { Pace } from "../zalo/Pace.ts"

/** One account that this process works for. */
export interface AccountRuntime {
  readonly settings: AccountSettings
  readonly api: ZaloApi["Service"]
  readonly agent: AgentBridge["Service"]
  readonly pace: Pace
  /** The bot's display name, once getMe told it. */
  readonly botName: Effect.Effect<Option.Option<string>>
  /** False while Zalo refuses the token: what is to be sent stays queued. */
  readonly maySend: Effect.Effect<boolean>
  /** Zalo refused the token. */
  readonly tokenRefused: Effect.Effect<void>
}

/** The accounts whose lease this process holds. Whoever is not in here has its rows left alone. */
export class Accounts extends Context.Service<
  Accounts,
  {
    get(id: AccountId): Effect.Effect<Option.Option<AccountRuntime>>
    readonly all: Effect.Effect<ReadonlyArray<AccountRuntime>>
  }
>()("zalo-effect/pipeline/Accounts") {}
