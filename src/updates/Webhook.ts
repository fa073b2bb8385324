import * as Clock from "effect/Clock"
import type * as Digest from "effect/crypto/Digest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { counter } from "../journal/counting.ts"
import type { Inbox } from "../journal/Inbox.ts"
import { makeAdmit } from "./admit.ts"
import * as answers from "./answers.ts"
import { defaultMaxBody, parseObject, readBody } from "./body.ts"
import { makeDeadlines } from "./deadlines.ts"
import { makeAnomalies } from "./anomalies.ts"
import { makeStrangers } from "./strangers.ts"
import { trustedNetworks } from "./trustedProxies.ts"
import { type ListeningTarget, WebhookTargets } from "./WebhookTargets.ts"

export interface WebhookOptions {
  /** Addresses or networks (`10.0.0.0/8`) whose `X-Forwarded-For` is believed. None by default. */
  readonly trustedProxies?: ReadonlyArray<string> | undefined
  /** The largest body that is taken, in bytes. 1 MiB. */
  readonly maxBody?: number | undefined
  /** How long a body may take. 30 s. */
  readonly bodyTimeout?: Duration.Duration | undefined
}

const seconds30 = Duration.seconds(30)

const declaredLength = (headers: Headers.Headers): number | undefined => {
  const length = headers["content-length"]
  return length === undefined ? undefined : Number(length)
}

/** Zalo's probe has no body, and no secret either (`zalo-bot-api.md` §5.3). */
const isProbe = (headers: Headers.Headers, length: number | undefined): boolean =>
  length === 0 || (length === undefined && headers["transfer-encoding"] === undefined)

/** Every target is compared, so the time does not tell which one a stranger came near to. */
const ownerOf = (targets: ReadonlyArray<ListeningTarget>, headers: Headers.Headers): ListeningTarget | undefined => {
  const given = headers["x-bot-api-secret-token"] ?? ""
  let owner: ListeningTarget | undefined
  for (const target of targets) if (target.isSecret(given)) owner = target
  return owner
}

const isJson = (headers: Headers.Headers): boolean => {
  const type = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? ""
  return type === "application/json" || type.endsWith("+json")
}

const countAnswer = counter("zalo_webhook_answers_total", "Answers to deliveries, by HTTP status.", [
  "account",
  "status"
])

/** Whose path it is; nobody's where several accounts share it, since a stranger names none of them. */
const accountOf = (targets: ReadonlyArray<ListeningTarget>): string =>
  targets.length === 1 && targets[0] !== undefined ? targets[0].account : ""

const make = Effect.fnUntraced(function* (options: WebhookOptions) {
  const { admit } = yield* makeAdmit
  const deadlines = yield* makeDeadlines(options.bodyTimeout ?? seconds30)
  const maxBody = options.maxBody ?? defaultMaxBody
  const strangers = makeStrangers()
  const anomalies = makeAnomalies()
  const trusted = trustedNetworks(options.trustedProxies ?? [])
  if (Result.isFailure(trusted)) yield* Effect.logWarning(trusted.failure)

  /** The proxy's word on where a request came from is asked only when it matters. */
  const refuseStranger = HttpServerRequest.use((request) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const address = Option.getOrElse(request.remoteAddress, () => "")
      const seconds = strangers.wrong(address, now)
      return seconds === 0 ? answers.wrongSecret : answers.tooManyWrong(seconds)
    })
  ).pipe(HttpMiddleware.xForwardedHeaders({ trustedProxies: Result.getOrElse(trusted, () => []) }))

  const take = Effect.fnUntraced(function* (request: HttpServerRequest, target: ListeningTarget) {
    if (!isJson(request.headers)) return answers.wrongType
    const body = yield* Effect.result(readBody(request, deadlines, maxBody))
    if (Result.isFailure(body)) return answers.unread[body.failure]
    const read = parseObject(body.success)
    if (typeof read === "string") return answers.badRequest
    const { account, retention, onAdmitted } = target
    const receivedAt = yield* Clock.currentTimeMillis
    const received = {
      account,
      source: "webhook",
      body: read.text,
      parsed: read.parsed,
      receivedAt,
      retention
    } as const
    return yield* admit(received, onAdmitted).pipe(
      Effect.as(answers.taken),
      Effect.catchTag("JournalError", (error) =>
        Effect.as(Effect.logDebug(`a delivery was not taken: ${error.message}`), answers.notTaken)
      )
    )
  })

  /** The checks in the order of `design.md` §6.3: what costs more comes later, and nothing is said to a stranger. */
  const judge = (
    request: HttpServerRequest,
    targets: ReadonlyArray<ListeningTarget>
  ): Effect.Effect<HttpServerResponse, never, HttpServerRequest> => {
    if (request.method !== "POST") return Effect.succeed(answers.wrongMethod)
    const { headers } = request
    const length = declaredLength(headers)
    if (length !== undefined && length > maxBody) return Effect.succeed(answers.unread["too-large"])
    if (isProbe(headers, length)) return Effect.succeed(answers.taken)
    const owner = ownerOf(targets, headers)
    return owner === undefined ? refuseStranger : take(request, owner)
  }

  return (request: HttpServerRequest, targets: ReadonlyArray<ListeningTarget>) =>
    HttpMiddleware.withLoggerDisabled(
      Effect.tap(judge(request, targets), ({ status }) =>
        Effect.andThen(
          countAnswer({ account: accountOf(targets), status: String(status) }),
          anomalies.note(targets[0]?.path ?? "", status)
        )
      )
    )
})

/**
 * Serves the webhooks of `WebhookTargets`: a delivery is answered 200 after its commit. It stands before the router's
 * routes, so that the paths may change while it runs; an unknown path is left to the router, which answers 404.
 *
 * A client that goes away does not undo what was taken. Deliveries are not in the access log; a server with `disableLogger`,
 * and `untraced`, spare the cost of asking.
 */
export const layer = (
  options: WebhookOptions = {}
): Layer.Layer<never, never, HttpRouter.HttpRouter | WebhookTargets | Inbox | Digest.Digest> =>
  HttpRouter.use(
    Effect.fnUntraced(function* (router) {
      const targets = yield* WebhookTargets
      const handle = yield* make(options)
      yield* router.addGlobalMiddleware((next) =>
        HttpServerRequest.use((request) => {
          const found = targets.find(request.url)
          return found === undefined ? next : handle(request, found)
        })
      )
    })
  )

/** Tells the server not to trace deliveries: a span for each would cost as much as taking it. */
export const untraced: Layer.Layer<never, never, WebhookTargets> = Layer.effect(
  HttpMiddleware.TracerDisabledWhen,
  Effect.map(WebhookTargets, (targets) => (request) => targets.find(request.url) !== undefined)
)
