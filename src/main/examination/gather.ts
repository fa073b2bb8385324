import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { isAbsolute, resolve } from "node:path"
import type { ConfigChoice } from "../../cli/Operations.ts"
import type { AccountSettings } from "../../domain/Account.ts"
import { environment } from "../../gateway/config/environment.ts"
import { type Checked, checkConfig } from "../../gateway/config/load.ts"
import { dataDir } from "../../gateway/config/locate.ts"
import type { IdleAccount, Settings } from "../../gateway/config/Settings.ts"
import { idleFacts, runningFacts } from "../../gateway/doctor/accountFacts.ts"
import type { AccountFacts, Facts } from "../../gateway/doctor/facts.ts"
import { Leases } from "../../gateway/Leases.ts"
import { layerLeasesOf } from "../../node/configuredLeases.ts"
import { machineFacts } from "./machine.ts"
import { storeLook } from "./store.ts"

export interface Scope {
  readonly config: ConfigChoice
  /** Ask Zalo with each token, and look at its clock. */
  readonly probe: boolean
  /** Look at everything that takes time: the store's pages, the agents, the port. */
  readonly thorough: boolean
}

/** What is known without a configuration that can be used. */
const blind = Effect.fnUntraced(function* (checked: Checked, { thorough }: Scope) {
  const folder = (yield* Effect.flatMap(environment, dataDir)) ?? resolve("zalo-effect")
  const facts: Facts = {
    now: yield* Clock.currentTimeMillis,
    config: {
      file: null,
      problems: checked.problems,
      warnings: checked.warnings,
      agentConfigured: true,
      standing: null
    },
    machine: { ...(yield* machineFacts(folder, [])), clockAhead: null },
    store: (yield* storeLook({ dataDir: folder, store: { postgres: undefined } }, { thorough })).facts,
    server: null,
    accounts: []
  }
  return facts
})

const secretFiles = ({ source, tokenFrom }: Settings) =>
  // A token in the configuration itself makes that file a secret one.
  source.file !== undefined && [...tokenFrom.values()].some((from) => from.endsWith("botToken"))
    ? [{ path: isAbsolute(source.file) ? source.file : resolve(source.file), what: "a bot token" }]
    : []

/** Looks at everything that a status or an examination goes by. */
export const gather = Effect.fnUntraced(function* (scope: Scope) {
  const checked = yield* checkConfig({ file: scope.config.file, secrets: "optional" })
  const { config: settings } = checked
  if (settings === undefined) return { facts: yield* blind(checked, scope), settings, runners: [] }
  const network =
    scope.probe || scope.thorough
      ? yield* Effect.flatMap(
          Effect.promise(() => import("./network.ts")),
          ({ makeNetwork }) => makeNetwork
        )
      : undefined
  const holderOf = yield* Layer.build(layerLeasesOf(settings)).pipe(
    Effect.map((context) => Context.get(context, Leases).holder),
    // The store says for itself that its server does not answer.
    Effect.orElseSucceed((): Leases["Service"]["holder"] => () => Effect.succeedNone)
  )
  const store = yield* storeLook(settings, scope)

  const running = Effect.fnUntraced(function* (account: AccountSettings) {
    const holder = yield* holderOf(account.botId)
    const lease = Option.isNone(holder) ? null : (holder.value ?? "held")
    const facts: AccountFacts = {
      ...runningFacts(account, yield* store.of(account.id), lease),
      agent: network !== undefined && scope.thorough ? yield* network.agent(account.agent) : null,
      probe: network !== undefined && scope.probe ? yield* network.probe(account, settings.apiUrl) : null
    }
    return facts
  })

  const idle = (enabled: boolean) => (account: IdleAccount) =>
    Effect.map(store.of(account.id), (stored) => idleFacts(account, stored, enabled))

  const accounts = [
    ...(yield* Effect.forEach(settings.accounts, running, { concurrency: 8 })),
    ...(yield* Effect.forEach(settings.disabled, idle(false))),
    ...(yield* Effect.forEach(settings.unavailable, idle(true)))
  ].toSorted((a, b) => (a.account < b.account ? -1 : 1))
  const facts: Facts = {
    now: yield* Clock.currentTimeMillis,
    config: {
      file: settings.source.file ?? null,
      problems: [],
      warnings: checked.warnings,
      agentConfigured: settings.agentConfigured,
      standing: accounts.some(({ lease }) => lease !== null) ? yield* store.standing : null
    },
    machine: {
      ...(yield* machineFacts(settings.dataDir, secretFiles(settings))),
      clockAhead: network !== undefined && scope.probe ? yield* network.clockAhead(settings.apiUrl) : null
    },
    store: store.facts,
    server: network !== undefined && scope.thorough ? yield* network.server(settings.gateway) : null,
    accounts
  }
  return { facts, settings, runners: yield* store.runners }
})
