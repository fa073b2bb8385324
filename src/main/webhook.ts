import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { CommandFailed } from "../cli/errors.ts"
import type { WebhookOptions, WebhookResult } from "../cli/webhookOperations.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { address } from "../gateway/config/show.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { HttpClients } from "../gateway/HttpClients.ts"
import { Leases, type LeaseUnavailable } from "../gateway/Leases.ts"
import {
  type DeskNeeds,
  deleteWebhook,
  type NoWebhook,
  setWebhook,
  showWebhook,
  testWebhook
} from "../gateway/webhookDesk.ts"
import { AccountState } from "../journal/AccountState.ts"
import { layerLeases } from "../node/gateway.ts"
import { layerHttpClients, layerPlatform } from "../node/platform.ts"
import { ZaloApi } from "../zalo/ZaloApi.ts"
import type { ZaloError } from "../zalo/ZaloError.ts"
import { layerExistingStore, type StorePlace } from "./existingStore.ts"
import * as stderrLog from "./stderrLog.ts"
import { accountOf } from "./sending.ts"

const failed = (error: ZaloError): CommandFailed => {
  const { method, reason } = error
  if (method === "testWebhook" && reason._tag === "QuotaExceeded") {
    return new CommandFailed({
      code: "test-limit",
      message: "Zalo makes no more test calls for this bot today (426): try again tomorrow, or look at webhook show"
    })
  }
  if (method === "testWebhook" && reason._tag === "NotFound") {
    return new CommandFailed({
      code: "no-webhook",
      message: 'Zalo has no webhook that it could call: register it with "zalo-effect webhook set"'
    })
  }
  return new CommandFailed({
    code: reason._tag === "Unauthorized" ? "token-refused" : "zalo",
    message: error.message
  })
}

/** Works beside a running gateway and without a store; with one, what was done is noted there for the gateway to see. */
const state = (place: StorePlace) =>
  Layer.build(AccountState.layerSql.pipe(Layer.provide(layerExistingStore(place)))).pipe(
    Effect.orElseSucceed(() => Context.empty())
  )

const act = Effect.fnUntraced(function* (
  account: AccountSettings,
  action: WebhookOptions["action"]
): Effect.fn.Return<WebhookResult, ZaloError | NoWebhook | LeaseUnavailable, DeskNeeds | Leases> {
  switch (action) {
    case "show": {
      return { _tag: "Shown", ...(yield* showWebhook(account)) }
    }
    case "set": {
      const set = yield* setWebhook(account)
      const url = account.transport._tag === "Webhook" ? address(account.transport.url) : ""
      return { _tag: "Set", account: account.id, url, ...set }
    }
    case "test": {
      return { _tag: "Tested", account: account.id, verification: yield* testWebhook(account) }
    }
    case "delete": {
      const existed = yield* deleteWebhook()
      const runs = Option.isSome(yield* Leases.use((leases) => leases.holder(account.botId)))
      const comesBack = account.transport._tag === "Webhook" && runs
      return { _tag: "Deleted", account: account.id, existed, comesBack }
    }
  }
})

/** `webhook show|set|test|delete`. */
export const webhook = (options: WebhookOptions): Effect.Effect<WebhookResult, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const config = yield* Layer.build(
      ZaloConfig.layerConfig({ file: options.config.file, secrets: "optional", withoutAgents: true })
    )
    const settings = Context.get(config, ZaloConfig)
    const account = accountOf(settings, options.account, "be asked about")
    if (account instanceof CommandFailed) return yield* account
    const outside = yield* Layer.build(Layer.merge(layerLeases, layerHttpClients)).pipe(Effect.provideContext(config))
    const client = yield* Context.get(outside, HttpClients).through(account.proxy)
    const api = yield* ZaloApi.make({ token: account.token, baseUrl: settings.apiUrl }).pipe(
      Effect.provideService(HttpClient, client)
    )
    return yield* act(account, options.action).pipe(
      Effect.provideService(ZaloApi, api),
      Effect.provideContext(outside),
      Effect.provideContext(yield* state(settings))
    )
  }).pipe(
    Effect.scoped,
    Effect.catchTags({
      ZaloError: (error) => Effect.fail(failed(error)),
      NoWebhook: (error) => Effect.fail(new CommandFailed({ code: "no-webhook", message: error.message })),
      LeaseUnavailable: (error) => Effect.fail(new CommandFailed({ code: "data-dir", message: error.message }))
    }),
    Effect.provide([layerPlatform, stderrLog.layer])
  )
