import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { existsSync } from "node:fs"
import type { CommandFailed } from "../cli/errors.ts"
import type { AccountStatus, StatusOptions } from "../cli/Operations.ts"
import type { AccountSettings } from "../domain/Account.ts"
import { byAccount, idleStatusOf, makeLook, nothingStored, statusOf, type Stored } from "../gateway/accountStatuses.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { IdleAccount, Settings } from "../gateway/config/Settings.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { HttpClients } from "../gateway/HttpClients.ts"
import { migrations } from "../gateway/layers.ts"
import { Leases } from "../gateway/Leases.ts"
import { AccountState } from "../journal/AccountState.ts"
import { DriftSamples } from "../journal/DriftSamples.ts"
import { Inbox } from "../journal/Inbox.ts"
import { Outbox } from "../journal/Outbox.ts"
import { SendCounts } from "../journal/SendCounts.ts"
import { databaseIn, layerHttpClients, layerLeases, layerPlatform } from "../node/gateway.ts"
import { layerSqlite } from "../node/store.ts"
import { ZaloApi } from "../zalo/ZaloApi.ts"
import { commandFailed } from "./failures.ts"
import * as logging from "./logging.ts"

const probeTimeout = "10 seconds"

/** Asks Zalo who the bot is, with the account's own token and proxy. */
const probe = Effect.fnUntraced(function* (
  account: AccountSettings,
  baseUrl: string
): Effect.fn.Return<NonNullable<AccountStatus["probe"]>, never, HttpClients | Scope.Scope> {
  const client = yield* HttpClients.use((clients) => clients.through(account.proxy))
  const api = yield* ZaloApi.make({ token: account.token, baseUrl }).pipe(Effect.provideService(HttpClient, client))
  const began = yield* Clock.currentTimeMillis
  const answer = yield* api.getMe.pipe(
    Effect.map((bot) => ({ ok: true, bot: bot.displayName ?? bot.accountName ?? bot.id })),
    Effect.timeoutOrElse({
      duration: probeTimeout,
      orElse: () => Effect.succeed({ ok: false, bot: null, error: "no answer within 10 s" })
    }),
    Effect.catch((error) => Effect.succeed({ ok: false, bot: null, error: error.message }))
  )
  return { ...answer, elapsedMs: (yield* Clock.currentTimeMillis) - began }
})

const storeAt = (settings: Settings) => {
  const filename = databaseIn(settings.dataDir)
  if (!existsSync(filename)) return Effect.succeed(() => Effect.succeed<Stored>(nothingStored))
  return Effect.flatMap(
    Layer.build(
      Layer.mergeAll(
        Inbox.layerSql,
        Outbox.layerSql,
        AccountState.layerSql,
        DriftSamples.layerSql,
        SendCounts.layerSql
      ).pipe(Layer.provide(layerSqlite({ filename, migrations, migrate: false })))
    ),
    (context) => Effect.provideContext(makeLook, context)
  )
}

/** `channels status`: what is configured, what the store holds, and what a running gateway last said of itself. */
export const status = (
  options: StatusOptions
): Effect.Effect<ReadonlyArray<AccountStatus>, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const config = yield* Layer.build(ZaloConfig.layerConfig({ file: options.config.file, secrets: "optional" }))
    const settings = Context.get(config, ZaloConfig)
    const outside = yield* Layer.build(Layer.merge(layerLeases, layerHttpClients)).pipe(Effect.provideContext(config))
    const leases = Context.get(outside, Leases)
    const look = yield* storeAt(settings)

    const running = Effect.fnUntraced(function* (account: AccountSettings) {
      const stored = yield* look(account.id)
      const held = Option.isSome(yield* leases.holder(account.botId))
      const last = held ? Option.getOrElse(stored.report, () => "starting") : "no gateway is running for this account"
      const found = statusOf(account, stored, last)
      if (!options.probe) return found
      return { ...found, probe: yield* Effect.provideContext(probe(account, settings.apiUrl), outside) }
    })

    const idle = (enabled: boolean) => (account: IdleAccount) =>
      Effect.map(look(account.id), (stored) => idleStatusOf(account, stored, enabled))

    const all = [
      ...(yield* Effect.forEach(settings.accounts, running, { concurrency: 8 })),
      ...(yield* Effect.forEach(settings.disabled, idle(false))),
      ...(yield* Effect.forEach(settings.unavailable, idle(true)))
    ]
    return all.toSorted(byAccount)
  }).pipe(
    Effect.scoped,
    Effect.provide([layerPlatform, logging.layer]),
    Effect.catchTag("JournalError", (error) => Effect.fail(commandFailed(error)))
  )
