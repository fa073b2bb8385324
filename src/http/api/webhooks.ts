import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AccountId } from "../../domain/ids.ts"
import {
  type DeskNeeds,
  deleteWebhook,
  type NoWebhook,
  setWebhook,
  showWebhook,
  testWebhook
} from "../../gateway/webhookDesk.ts"
import type { AccountState } from "../../journal/AccountState.ts"
import { type AccountRuntime, Accounts } from "../../pipeline/Accounts.ts"
import { WebhookCheck } from "../../updates/webhookCheck.ts"
import { ZaloApi } from "../../zalo/ZaloApi.ts"
import type { ZaloError } from "../../zalo/ZaloError.ts"
import { done, maybeTime, text } from "./fields.ts"
import { Authorized, Readable, reading } from "./guards.ts"
import { BadGateway, BadRequest, Conflict, NotFound } from "./refusals.ts"

const View = Schema.Struct({
  account: Schema.String,
  configured: Schema.NullOr(Schema.Struct({ url: Schema.String, path: Schema.String })),
  registered: Schema.NullOr(Schema.Struct({ url: Schema.String, updatedAt: maybeTime })),
  agrees: Schema.Boolean,
  verification: Schema.NullOr(WebhookCheck),
  advice: text
}).annotate({ identifier: "Webhook" })

const params = { account: AccountId }
const error = [BadRequest, NotFound, Conflict, BadGateway]

export const webhooksGroup = HttpApiGroup.make("webhooks")
  .add(
    HttpApiEndpoint.get("show", "/webhooks/:account", { params, success: View, error }).annotate(
      OpenApi.Summary,
      "What is configured, what Zalo has, and whether they agree"
    ),
    HttpApiEndpoint.post("set", "/webhooks/:account/set", {
      params,
      success: Schema.Struct({
        ok: done,
        account: Schema.String,
        verification: Schema.NullOr(WebhookCheck),
        warning: text
      }),
      error
    }).annotate(OpenApi.Summary, "Register at Zalo what is configured"),
    HttpApiEndpoint.post("test", "/webhooks/:account/test", {
      params,
      success: Schema.Struct({ ok: done, account: Schema.String, verification: WebhookCheck }),
      error
    }).annotate(OpenApi.Summary, "Have Zalo call the webhook; it allows that a few times a day"),
    HttpApiEndpoint.delete("remove", "/webhooks/:account", {
      params,
      success: Schema.Struct({ ok: done, account: Schema.String, existed: Schema.Boolean }),
      error
    }).annotate(OpenApi.Summary, "Take the webhook away at Zalo; an account in webhook mode sets it again")
  )
  .annotateMerge(reading)
  .prefix("/v1")
  .middleware(Readable)
  .middleware(Authorized)

const api = HttpApi.make("zalo-effect").add(webhooksGroup)

const told = (problem: ZaloError | NoWebhook): Conflict | BadGateway =>
  problem._tag === "NoWebhook"
    ? Conflict.because({ code: "polling", message: problem.message })
    : BadGateway.because({ code: "zalo", message: problem.message })

export const webhooksHandlers = HttpApiBuilder.group(
  api,
  "webhooks",
  Effect.fnUntraced(function* (handlers) {
    const accounts = yield* Accounts
    const outside = yield* Effect.context<Exclude<DeskNeeds, ZaloApi> | AccountState>()

    const asked = <A>(
      id: AccountId,
      work: (account: AccountRuntime) => Effect.Effect<A, ZaloError | NoWebhook, DeskNeeds>
    ) =>
      Effect.gen(function* () {
        const account = yield* accounts.get(id)
        if (Option.isNone(account)) {
          return yield* NotFound.because({
            code: "unknown-account",
            message: `no account "${id}" runs here`,
            field: "account"
          })
        }
        return yield* work(account.value).pipe(
          Effect.provideService(ZaloApi, account.value.api),
          Effect.provideContext(outside),
          Effect.mapError(told)
        )
      })

    return handlers.handleAll({
      show: ({ params }) => asked(params.account, ({ settings }) => showWebhook(settings)),
      set: ({ params }) =>
        asked(params.account, ({ settings }) =>
          Effect.map(setWebhook(settings), (set) => ({ ok: true as const, account: params.account, ...set }))
        ),
      test: ({ params }) =>
        asked(params.account, ({ settings }) =>
          Effect.map(testWebhook(settings), (verification) => ({
            ok: true as const,
            account: params.account,
            verification
          }))
        ),
      remove: ({ params }) =>
        asked(params.account, () =>
          Effect.map(deleteWebhook(), (existed) => ({ ok: true as const, account: params.account, existed }))
        )
    })
  })
)
