import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import { isHttpServerError } from "effect/http/HttpServerError"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import { AdminToken } from "../gateway/AdminToken.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { makeStrangers } from "../updates/strangers.ts"
import { trustedNetworks } from "../updates/trustedProxies.ts"
import { refusal, tooManyWrong } from "./api/answers.ts"
import type { ApiServices } from "./api/routes.ts"

/** The largest body that is taken, in bytes: a list of a hundred thousand grants. */
const maxBody = 16 * 1_048_576
const patience = "30 seconds"

const unauthorized = refusal(401, "unauthorized", "this needs the admin token as a bearer token", {
  "www-authenticate": "Bearer"
})
// Whoever sends what is not wanted would go on sending it.
const tooLarge = refusal(413, "too-large", `a body may have ${maxBody} bytes`, { connection: "close" })
const late = refusal(408, "late", "the body did not arrive in time", { connection: "close" })
const torn = refusal(400, "unreadable", "the body cannot be read", { connection: "close" })
const unknown = refusal(404, "unknown-path", "there is nothing here; GET /v1/openapi.json tells what there is")
const wrongType = refusal(415, "content-type", "a body is application/json here")
const failed = refusal(500, "internal", "an internal error; the log says more")

/** The body is read once, here, and kept by the request for whoever decodes it. */
const read = (request: HttpServerRequest): Effect.Effect<HttpServerResponse | undefined> =>
  Number(request.headers["content-length"] ?? 0) > maxBody
    ? Effect.succeed(tooLarge)
    : request.text.pipe(
        Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(maxBody)),
        Effect.as(undefined),
        Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed(late) }),
        Effect.catch(({ reason }) =>
          Effect.succeed(reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge" ? tooLarge : torn)
        )
      )

const pathOf = (url: string): string => url.split("?", 1)[0] ?? url

/**
 * The door of the admin API, `/v1/…` (`design.md` §6.3): nobody passes without the token, and nothing of the API is even loaded
 * before somebody does. What it is made of takes memory and time that a gateway nobody asks should not spend.
 */
export const layer: Layer.Layer<never, never, HttpRouter.HttpRouter | AdminToken | ZaloConfig | ApiServices> =
  HttpRouter.use(
    Effect.fnUntraced(function* (router) {
      const admin = yield* AdminToken
      const { gateway } = yield* ZaloConfig
      const services = yield* Effect.context<ApiServices>()
      const scope = yield* Effect.scope
      const strangers = makeStrangers()
      const trusted = Result.getOrElse(trustedNetworks(gateway.trustedProxies), () => [])

      const build = Effect.promise(() => import("./api/routes.ts")).pipe(
        Effect.flatMap(({ make }) => make),
        Scope.provide(scope)
      )
      // In this layer's own context: the routes keep the one that they are built in, and it must not be some request's.
      const own: (around: Context.Context<never>) => typeof services = () => services
      const api = yield* Effect.cached(Effect.updateContext(build, own))

      const refuseStranger = HttpServerRequest.use((request) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const seconds = strangers.wrong(
            Option.getOrElse(request.remoteAddress, () => ""),
            now
          )
          return seconds === 0 ? unauthorized : tooManyWrong("tokens", seconds)
        })
      ).pipe(HttpMiddleware.xForwardedHeaders({ trustedProxies: trusted }))

      const handle = Effect.gen(function* () {
        const request = yield* HttpServerRequest
        if (!admin.accepts(request.headers["authorization"])) return yield* refuseStranger
        const refused = yield* read(request)
        if (refused !== undefined) return refused
        const { handle, methodsOf } = yield* api
        return yield* handle.pipe(
          Effect.map((answer) => (answer.status === 415 ? wrongType : answer)),
          Effect.catch((error) => {
            if (!isHttpServerError(error) || error.reason._tag !== "RouteNotFound") return Effect.die(error)
            const allowed = methodsOf(pathOf(request.url))
            if (allowed.length === 0) return Effect.succeed(unknown)
            const allow = allowed.join(", ")
            return Effect.succeed(refusal(405, "method", `this takes ${allow}`, { allow }))
          })
        )
      }).pipe(
        Effect.catchDefect((defect) => Effect.as(Effect.logError("the admin API met a defect", defect), failed)),
        HttpMiddleware.withLoggerDisabled
      )
      yield* router.add("*", "/v1/*", handle)
    })
  )
