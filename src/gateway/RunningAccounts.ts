import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { AccessPolicies } from "../access/AccessPolicies.ts"
import type { AgentBridge } from "../agent/AgentBridge.ts"
import type { AgentServices } from "../agent/config.ts"
import { unavailable } from "../agent/unavailable.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { AccountId } from "../domain/ids.ts"
import { Accounts } from "../pipeline/Accounts.ts"
import * as Pace from "../zalo/Pace.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"
import type { HttpClients } from "./HttpClients.ts"
import { makeLeasePool } from "./leasePool.ts"
import type { LeaseHeld, Leases, LeaseUnavailable } from "./Leases.ts"
import { agentOf, connect, type Connection, type RunningAccount, runtimeOf } from "./runtimes.ts"
import { makeSwappable, type SwappableAgent } from "./swappableAgent.ts"

/** How this program is called where the operator is: what a pairing challenge tells people to type. */
export const CommandPrefix = Context.Reference<string>("zalo-effect/gateway/CommandPrefix", {
  defaultValue: () => "zalo-effect"
})

/** The accounts at work, each with its lease. They come, change and go while the process runs. */
export class RunningAccounts extends Context.Service<
  RunningAccounts,
  {
    get(id: AccountId): Effect.Effect<Option.Option<RunningAccount>>
    readonly all: Effect.Effect<ReadonlyArray<RunningAccount>>
    /**
     * Takes an account on, with its lease, or gives one that is at work its new settings. Only what they change is made anew;
     * what is under way goes on with what it has. An account that is at work keeps its bot: another one needs `remove` first.
     */
    put(settings: AccountSettings): Effect.Effect<RunningAccount, LeaseHeld | LeaseUnavailable>
    /** Lets an account and its lease go. Nothing of it may be under way any more. */
    remove(id: AccountId): Effect.Effect<void>
    /** Holds a bot's lease besides, so that it is not let go in between. */
    hold(botId: string): Effect.Effect<void, LeaseHeld | LeaseUnavailable, Scope.Scope>
  }
>()("zalo-effect/gateway/RunningAccounts") {
  /** Takes every lease or fails: two processes on one bot would split its messages between them. */
  static readonly layer: Layer.Layer<
    RunningAccounts,
    LeaseHeld | LeaseUnavailable,
    ZaloConfig | Leases | HttpClients | AgentServices
  > = Layer.effect(
    RunningAccounts,
    Effect.suspend(() => Effect.flatMap(makeLeasePool, (hold) => running(agentOf, hold)))
  )

  /** The same for one command: whoever sends takes the lease then, and no agent is started. */
  static readonly layerNoLease: Layer.Layer<RunningAccounts, never, ZaloConfig | HttpClients> = Layer.effect(
    RunningAccounts,
    Effect.suspend(() =>
      running(
        () => Effect.succeed(unavailable("this command only sends")),
        () => Effect.void
      )
    ).pipe(Effect.orDie)
  )
}

/** Longer than any call takes: what began over an old connection ends over it. */
const connectionLingers = "1 minute"

interface Entry {
  readonly runtime: RunningAccount
  readonly scope: Scope.Closeable
  readonly connectionScope: Scope.Closeable
  readonly agent: SwappableAgent
}

const sameConnection = (one: AccountSettings, other: AccountSettings): boolean =>
  Equal.equals(one.token, other.token) && Equal.equals(one.proxy, other.proxy)

const running = Effect.fnUntraced(function* <R>(
  agentFor: (account: AccountSettings) => Effect.Effect<AgentBridge["Service"], never, R>,
  hold: RunningAccounts["Service"]["hold"]
) {
  const config = yield* ZaloConfig
  const scope = yield* Effect.scope
  const services = yield* Effect.context<R | HttpClients>()
  const entries = new Map<AccountId, Entry>()

  const agentOfSettings = (settings: AccountSettings) => Effect.provideContext(agentFor(settings), services)

  const connected = Effect.fnUntraced(function* (settings: AccountSettings, parent: Scope.Scope) {
    const own = yield* Scope.fork(parent)
    const made = connect(settings, config.apiUrl).pipe(Effect.provideContext(services), Scope.provide(own))
    return { connection: yield* made, connectionScope: own }
  })

  const begin = Effect.fnUntraced(function* (settings: AccountSettings) {
    const own = yield* Scope.fork(scope)
    const entry = yield* Effect.gen(function* () {
      yield* Scope.provide(hold(settings.botId), own)
      const { connection, connectionScope } = yield* connected(settings, own)
      const agent = yield* Scope.provide(makeSwappable(agentOfSettings(settings)), own)
      const runtime = runtimeOf(settings, connection, agent.agent, yield* Pace.make)
      return { runtime, scope: own, connectionScope, agent }
    }).pipe(Effect.onError(() => Scope.close(own, Exit.void)))
    entries.set(settings.id, entry)
    return entry.runtime
  })

  const change = Effect.fnUntraced(function* (entry: Entry, settings: AccountSettings) {
    const before = entry.runtime
    let connection: Connection = before
    let connectionScope = entry.connectionScope
    if (!sameConnection(before.settings, settings)) {
      const old = connectionScope
      ;({ connection, connectionScope } = yield* connected(settings, entry.scope))
      yield* Effect.sleep(connectionLingers).pipe(
        Effect.andThen(Scope.close(old, Exit.void)),
        Effect.forkIn(entry.scope)
      )
    }
    if (!Equal.equals(before.settings.agent, settings.agent)) yield* entry.agent.exchange(agentOfSettings(settings))
    const runtime = runtimeOf(settings, connection, before.agent, before.pace)
    entries.set(settings.id, { ...entry, runtime, connectionScope })
    return runtime
  })

  const put: RunningAccounts["Service"]["put"] = (settings) =>
    Effect.suspend(() => {
      const known = entries.get(settings.id)
      return known === undefined ? begin(settings) : change(known, settings)
    })

  yield* Effect.forEach(config.accounts, put, { discard: true })
  return RunningAccounts.of({
    get: (id) => Effect.sync(() => Option.fromUndefinedOr(entries.get(id)?.runtime)),
    all: Effect.sync(() => Array.from(entries.values(), ({ runtime }) => runtime)),
    put,
    hold,
    remove: Effect.fnUntraced(function* (id: AccountId) {
      const entry = entries.get(id)
      if (entry === undefined) return
      entries.delete(id)
      yield* Scope.close(entry.scope, Exit.void)
    })
  })
})

export const layerAccounts: Layer.Layer<Accounts, never, RunningAccounts> = Layer.effect(
  Accounts,
  Effect.map(RunningAccounts, ({ all, get }) => Accounts.of({ all, get }))
)

export const layerPolicies: Layer.Layer<AccessPolicies, never, RunningAccounts> = Layer.effect(
  AccessPolicies,
  Effect.gen(function* () {
    const accounts = yield* RunningAccounts
    const prefix = yield* CommandPrefix
    const approveCommand = (code: string) => `${prefix} pairing approve ${code}`
    return {
      of: Effect.fnUntraced(function* (id: AccountId) {
        const account = yield* accounts.get(id)
        if (Option.isNone(account)) return yield* Effect.die(`no such account: ${id}`)
        const { botName, settings } = account.value
        return { policy: settings.access, botName: yield* botName, approveCommand }
      })
    }
  })
)
