import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"
import type { AccountReport } from "../gateway/AccountReport.ts"
import { Gateway } from "../gateway/Gateway.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { makeJournalProbe } from "../journal/observe/probe.ts"

/** A message that cannot be journalled is not taken, whatever its transport says. */
const standing = (report: AccountReport, trouble: JournalError | undefined) => {
  const { lastGoodAt, ready, reason, transport } = report
  return ready && trouble !== undefined
    ? { ready: false, transport, lastGoodAt, reason: trouble.message }
    : { ready, transport, lastGoodAt, reason }
}

/**
 * `/healthz`: it serves. `/readyz`: messages get in, for every account (`design.md` §6.3); `journal` is there when it is what
 * keeps them out.
 */
export const layer: Layer.Layer<never, never, HttpRouter.HttpRouter | Gateway | Journal> = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const gateway = yield* Gateway
    const probe = yield* makeJournalProbe
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
        return HttpServerResponse.jsonUnsafe({ ready, accounts, ...journal }, { status: ready ? 200 : 503 })
      })
    )
  })
)
