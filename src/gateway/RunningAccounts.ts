import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import { AccessPolicies } from "../access/AccessPolicies.ts"
import type { AccountId } from "../domain/ids.ts"
import { Accounts } from "../pipeline/Accounts.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"
import type { HttpClients } from "./HttpClients.ts"
import { type LeaseHeld, Leases, type LeaseUnavailable } from "./Leases.ts"
import { makeRuntime, type RunningAccount } from "./runtimes.ts"

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
    ZaloConfig | Leases | HttpClients | HttpClient | ChildProcessSpawner
  > = Layer.effect(
    RunningAccounts,
    Effect.gen(function* () {
      const leases = yield* Leases
      const { accounts } = yield* ZaloConfig
      yield* Effect.forEach(accounts, (account) => leases.take(account.botId), { discard: true })
      return yield* running
    })
  )

  /** The same for one command: whoever sends takes the lease then. */
  static readonly layerNoLease: Layer.Layer<
    RunningAccounts,
    never,
    ZaloConfig | HttpClients | HttpClient | ChildProcessSpawner
  > = Layer.effect(
    RunningAccounts,
    Effect.suspend(() => running)
  )
}

const running = Effect.gen(function* () {
  const { accounts, apiUrl } = yield* ZaloConfig
  const runtimes = yield* Effect.forEach(accounts, (account) => makeRuntime(account, apiUrl))
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
