import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type { Gateway } from "../gateway/Gateway.ts"
import { countAdmitted, countDuplicate } from "../journal/counts.ts"
import type { Inbox } from "../journal/Inbox.ts"
import type { Journal } from "../journal/Journal.ts"
import type { Outbox } from "../journal/Outbox.ts"
import type { SendCounts } from "../journal/SendCounts.ts"
import { Accounts } from "../pipeline/Accounts.ts"
import type { Pipeline } from "../pipeline/Pipeline.ts"
import { agentDuration, countRateLimited, countSend, countTurn, turnOutcomes } from "../pipeline/counts.ts"
import { exposition } from "./exposition.ts"
import { makeGauges } from "./gauges.ts"

const contentType = "text/plain; version=0.0.4; charset=utf-8"

/** Series that an alert is written for are there before the first message is: what is missing looks like what is well. */
const begin = Effect.fnUntraced(function* (account: string) {
  for (const source of ["polling", "webhook"]) {
    yield* countAdmitted({ account, source }, 0)
    yield* countDuplicate({ account, source }, 0)
  }
  for (const outcome of turnOutcomes) yield* countTurn({ account, outcome }, 0)
  for (const result of ["sent", "retry", "unknown", "dead"])
    yield* countSend({ account, method: "sendMessage", result }, 0)
  yield* countRateLimited({ account }, 0)
  yield* Metric.value(agentDuration(account))
})

/**
 * `/metrics`, in Prometheus' text format. Counters are kept as things happen; what can be read when it is asked for is read
 * then. The formatter is loaded by the first request.
 */
export const layer: Layer.Layer<
  never,
  never,
  HttpRouter.HttpRouter | Gateway | Pipeline | Accounts | Inbox | Outbox | SendCounts | Journal
> = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const accounts = yield* Accounts
    const gauges = yield* makeGauges
    yield* router.add(
      "GET",
      "/metrics",
      Effect.gen(function* () {
        const { format } = yield* Effect.promise(() => import("effect/observability/PrometheusMetrics"))
        for (const { settings } of yield* accounts.all) yield* begin(settings.id)
        const now = exposition(yield* gauges)
        return HttpServerResponse.text((yield* format()) + now, { contentType })
      })
    )
  })
)
