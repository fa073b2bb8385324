import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { AccessPolicies } from "../access/AccessPolicies.ts"
import type { AgentBridge } from "../agent/AgentBridge.ts"
import type { AgentServices } from "../agent/config.ts"
import { unavailable } from "../agent/unavailable.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { AccountId } from "../domain/ids.ts"
import { Accounts } from "../pipeline/Accounts.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"
import type { HttpClients } from "./HttpClients.ts"
import { type LeaseHeld, Leases, type LeaseUnavailable } from "./Leases.ts"
import { agentOf, makeRuntime, type RunningAccount } from "./runtimes.ts"

/** How this program is called where the operator is: what a pairing challenge tells people to type. */
export const CommandPrefix = Context.Reference<string>("zalo-effect/gateway/CommandPrefix", {
  defaultValue: () => "zalo-effect"
})

/** The configured accounts, each with its lease. */
export class RunningAccounts extends Context.Service<RunningAccounts, ReadonlyMap<AccountId, RunningAccount>>()(
  "zalo-effect/gateway/RunningAccounts"
) {
  /** Takes every lease or fails: two processes on one bot would split its messages between them. */
  static readonly layer: Layer.Layer<
    RunningAccounts,
    LeaseHeld | LeaseUnavailable,
    ZaloConfig | Leases | HttpClients | AgentServices
  > = Layer.effect(
    RunningAccounts,
    Effect.gen(function* () {
      const leases = yield* Leases
      const { accounts } = yield* ZaloConfig
      yield* Effect.forEach(accounts, (account) => leases.take(account.botId), { discard: true })
      return yield* running(agentOf)
    })
  )

  /** The same for one command: whoever sends takes the lease then, and no agent is started. */
  static readonly layerNoLease: Layer.Layer<RunningAccounts, never, ZaloConfig | HttpClients> = Layer.effect(
    RunningAccounts,
    Effect.suspend(() => running(() => Effect.succeed(unavailable("this command only sends"))))
  )
}

const running = Effect.fnUntraced(function* <R>(
  agentFor: (account: AccountSettings) => Effect.Effect<AgentBridge["Service"], never, R>
) {
  const { accounts, apiUrl } = yield* ZaloConfig
  const runtimes = yield* Effect.forEach(accounts, (account) =>
    Effect.flatMap(agentFor(account), (agent) => makeRuntime(account, apiUrl, agent))
  )
  return new Map(runtimes.map((runtime) => [runtime.settings.id, runtime]))
})

export const layerAccounts: Layer.Layer<Accounts, never, RunningAccounts> = Layer.effect(
  Accounts,
  Effect.map(RunningAccounts, (accounts) => ({
    get: (id) => Effect.succeed(Option.fromUndefinedOr(accounts.get(id))),
    all: Effect.succeed(Array.from(accounts.values()))
  }))
)

export const layerPolicies: Layer.Layer<AccessPolicies, never, RunningAccounts> = Layer.effect(
  AccessPolicies,
  Effect.gen(function* () {
    const accounts = yield* RunningAccounts
    const prefix = yield* CommandPrefix
    const approveCommand = (code: string) => `${prefix} pairing approve ${code}`
    return {
      of: Effect.fnUntraced(function* (id: AccountId) {
        const account = accounts.get(id)
        if (account === undefined) return yield* Effect.die(`no such account: ${id}`)
        return { policy: account.settings.access, botName: yield* account.botName, approveCommand }
      })
    }
  })
)
