import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"
import { formatOf, readAnswer } from "../agent/answer.ts"
import { maxAnswerBytes } from "../agent/body.ts"
import { PendingReplies, type ReplyOutcome } from "../agent/PendingReplies.ts"
import { RepliesElsewhere } from "../agent/RepliesElsewhere.ts"
import { AdminToken } from "../gateway/AdminToken.ts"

const patience = "30 seconds"

const refusal = (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) =>
  HttpServerResponse.jsonUnsafe({ ok: false, error: { code, message } }, { status, headers })

type Response = ReturnType<typeof refusal>

const unauthorized = refusal(401, "unauthorized", "this needs the admin token as a bearer token", {
  "www-authenticate": "Bearer"
})

const wrongMethod = refusal(405, "method", "an answer is posted", { allow: "POST" })

const outcomes: Readonly<Record<ReplyOutcome, Response>> = {
  accepted: HttpServerResponse.jsonUnsafe({ ok: true }),
  answered: refusal(409, "answered", "this turn has its answer already"),
  over: refusal(410, "over", "this turn was given up before it was answered; it may be asked again"),
  unknown: refusal(404, "unknown", "no turn of this id was asked since the gateway started")
}

const limited = Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(maxAnswerBytes))

/** The answer in a request's body, read as an agent's answer is, or what is wrong with it. */
const parts = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
  const body = yield* limited(request.text).pipe(
    Effect.mapError(({ reason }) =>
      reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
        ? refusal(413, "too-large", `an answer may have ${maxAnswerBytes} bytes`)
        : refusal(400, "unreadable", "the body cannot be read")
    ),
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.fail(refusal(408, "late", "the body did not arrive in time"))
    })
  )
  return yield* readAnswer(body, formatOf(request.headers["content-type"])).pipe(
    Effect.mapError((error) => refusal(400, "unreadable", error.message))
  )
})

/**
 * `POST /v1/turns/<id>/reply`: the answer of an agent that took its time (`design.md` §6.4), once. 409 when the turn has one, 410
 * when it was given up, 404 when it is not known; the body is as an HTTP agent's answer.
 *
 * **Gotchas** The 200 says that the turn took the answer, not that it is journalled: after a crash right then the turn is asked
 * again.
 */
export const layer: Layer.Layer<never, never, HttpRouter.HttpRouter | AdminToken | PendingReplies> = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const admin = yield* AdminToken
    const pending = yield* PendingReplies
    const elsewhere = yield* RepliesElsewhere
    const reply = Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const { id = "" } = yield* HttpRouter.params
      if (request.method !== "POST") return wrongMethod
      if (!admin.accepts(request.headers["authorization"])) return unauthorized
      const here = yield* pending.standing(id)
      const there = here === "unknown" ? elsewhere : undefined
      const standing = there === undefined ? here : yield* there.standing(id)
      if (standing !== "accepted") return outcomes[standing]
      return outcomes[yield* (there ?? pending).answer(id, yield* parts(request))]
    })
    yield* router.add("*", "/v1/turns/:id/reply", reply.pipe(Effect.catch((refused) => Effect.succeed(refused))))
  })
)
