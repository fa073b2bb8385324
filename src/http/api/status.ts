import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { AccountStatus } from "../../gateway/AccountStatus.ts"
import { makeAccountStatuses } from "../../gateway/accountStatuses.ts"
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
    const statuses = yield* makeAccountStatuses
    const status = Effect.map(statuses, (accounts) => ({
      ready: accounts.every(({ enabled, ready }) => !enabled || ready),
      accounts
    }))
    return handlers.handleAll({ status: () => Effect.mapError(status, storeTrouble) })
  })
)
