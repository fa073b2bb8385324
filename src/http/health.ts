import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"
import { Gateway } from "../gateway/Gateway.ts"

/** `/healthz`: it serves. `/readyz`: messages get in, for every account (`design.md` §6.3). */
export const layer: Layer.Layer<never, never, HttpRouter.HttpRouter | Gateway> = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const gateway = yield* Gateway
    yield* router.add("GET", "/healthz", HttpServerResponse.jsonUnsafe({ ok: true }))
    yield* router.add(
      "GET",
      "/readyz",
      Effect.map(gateway.reports, (reports) => {
        const ready = reports.every((report) => report.ready)
        const accounts = Object.fromEntries(
          reports.map(({ account, ready, transport, lastGoodAt, reason }) => [
            account,
            { ready, transport, lastGoodAt, reason }
          ])
        )
        return HttpServerResponse.jsonUnsafe({ ready, accounts }, { status: ready ? 200 : 503 })
      })
    )
  })
)
