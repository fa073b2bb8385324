import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { AccountStatus } from "../../gateway/AccountStatus.ts"
import { byAccount, idleStatusOf, makeLook, statusOf } from "../../gateway/accountStatuses.ts"
import { ZaloConfig } from "../../gateway/config/ZaloConfig.ts"
import { Gateway } from "../../gateway/Gateway.ts"
import { Authorized, Readable, reading } from "./guards.ts"
import { storeTrouble, Unavailable } from "./refusals.ts"

const Status = Schema.Struct({
  /** Messages get in, for every account: what `/readyz` says. */
  ready: Schema.Boolean,
  accounts: Schema.Array(AccountStatus)
}).annotate({ identifier: "Status" })

export const statusGroup = HttpApiGroup.make("status")
  .add(
    HttpApiEndpoint.get("status", "/status", { success: Status, error: Unavailable }).annotate(
      OpenApi.Summary,
      "Every account and how it does, as `channels status` tells it"
    )
  )
  .annotateMerge(reading)
  .middleware(Readable)
  .middleware(Authorized)
  .prefix("/v1")

const api = HttpApi.make("zalo-effect").add(statusGroup)

export const statusHandlers = HttpApiBuilder.group(
  api,
  "status",
  Effect.fnUntraced(function* (handlers) {
    const settings = yield* ZaloConfig
    const gateway = yield* Gateway
    const look = yield* makeLook
    const status = Effect.gen(function* () {
      const reports = yield* gateway.reports
      const running = Effect.forEach(settings.accounts, (account) =>
        Effect.map(look(account.id), (stored) =>
          statusOf(account, stored, reports.find((report) => report.account === account.id) ?? "starting")
        )
      )
      const idle = Effect.forEach(settings.disabled, (account) =>
        Effect.map(look(account.id), (stored) => idleStatusOf(account, stored, false))
      )
      const accounts = [...(yield* running), ...(yield* idle)].toSorted(byAccount)
      return { ready: reports.every(({ ready }) => ready), accounts }
    })
    return handlers.handleAll({ status: () => Effect.mapError(status, storeTrouble) })
  })
)
