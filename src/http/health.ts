import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"
import type { AccountReport } from "../gateway/AccountReport.ts"
import { Cluster, type ClusterView } from "../gateway/Cluster.ts"
import { Gateway } from "../gateway/Gateway.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { makeJournalProbe } from "../journal/observe/probe.ts"
import { Pipeline } from "../pipeline/Pipeline.ts"

/** A message that cannot be journalled is not taken, whatever its transport says. */
const standing = (report: AccountReport, trouble: JournalError | undefined) => {
  const { lastGoodAt, ready, reason, runner, transport } = report
  const where = runner === null ? {} : { runner }
  return ready && trouble !== undefined
    ? { ready: false, transport, lastGoodAt, reason: trouble.message, ...where }
    : { ready, transport, lastGoodAt, reason, ...where }
}

const clusterFacts = (
  { runners, self, shards }: ClusterView,
  lanes: { readonly turns: number; readonly sends: number }
) => Effect.all({ runner: Effect.succeed(self), runners, shards, lanes: Effect.succeed(lanes) })

/**
 * `/healthz`: it serves. `/readyz`: messages get in, for every account (`design.md` §6.3); `journal` is there when it is what
 * keeps them out, and `cluster` where this process is a runner of one.
 */
export const layer: Layer.Layer<never, never, HttpRouter.HttpRouter | Gateway | Pipeline | Journal> = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const gateway = yield* Gateway
    const probe = yield* makeJournalProbe
    const cluster = yield* Cluster
    const pipeline = yield* Pipeline
    yield* router.add("GET", "/healthz", HttpServerResponse.jsonUnsafe({ ok: true }))
    yield* router.add(
      "GET",
      "/readyz",
      Effect.gen(function* () {
        const trouble = yield* probe
        const reports = yield* gateway.reports
        const ready = trouble === undefined && reports.every((report) => report.ready)
        const accounts = Object.fromEntries(reports.map((report) => [report.account, standing(report, trouble)]))
        const journal = trouble === undefined ? {} : { journal: { ready: false, reason: trouble.message } }
        const runners = cluster === undefined ? {} : { cluster: yield* clusterFacts(cluster, yield* pipeline.lanes) }
        return HttpServerResponse.jsonUnsafe({ ready, accounts, ...journal, ...runners }, { status: ready ? 200 : 503 })
      })
    )
  })
)
