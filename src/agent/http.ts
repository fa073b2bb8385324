import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { Scope } from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ReplyPart } from "../domain/Reply.ts"
import type { Turn } from "../domain/Turn.ts"
import type { AgentBridge } from "./AgentBridge.ts"
import { AgentError } from "./AgentError.ts"
import { formatOf, readAnswer } from "./answer.ts"
import { readBody } from "./body.ts"
import { type ConfiguredHeaders, plainHeaders, quiet } from "./client.ts"
import { traceHeaders } from "./traceHeaders.ts"
import { PendingReplies } from "./PendingReplies.ts"
import { question } from "./question.ts"
import { brokeOff, unreachable } from "./unreachable.ts"
import { defaultTimeout, withTimeout } from "./withTimeout.ts"

/** Which address is asked, with which headers, and how long it may take. */
export interface HttpOptions {
  /** Where turns are posted. A user and password in it become basic authentication. */
  readonly url: string
  /** Sent with every turn; they cannot replace `Idempotency-Key`. */
  readonly headers?: ConfiguredHeaders
  /** For one turn, answer included; 120 s if absent. */
  readonly timeout?: Duration.Input
}

/** Zalo's ids are plain, but a header carries only visible ASCII: anything else would fail the turn for ever. */
const headerValue = (turnId: string): string => turnId.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent)

/** What is no valid escape in an address stands for itself. */
const unescape = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const authorized = (request: HttpClientRequest.HttpClientRequest, address: URL): HttpClientRequest.HttpClientRequest =>
  address.username === "" && address.password === ""
    ? request
    : HttpClientRequest.basicAuth(request, unescape(address.username), unescape(address.password))

const template = (options: HttpOptions): HttpClientRequest.HttpClientRequest | undefined => {
  if (!URL.canParse(options.url)) return undefined
  const address = new URL(options.url)
  const bare = new URL(address)
  bare.username = ""
  bare.password = ""
  return authorized(HttpClientRequest.post(bare, { acceptJson: true }), address).pipe(
    HttpClientRequest.setHeaders(plainHeaders(options.headers))
  )
}

type Parts = ReadonlyArray<ReplyPart>

const notNow = new AgentError({ reason: { _tag: "Status", status: 202 } })

/** Posts a turn and reads the answer; `later` is what follows a 202. */
const exchanging = (network: HttpClient.HttpClient, options: HttpOptions) => {
  const client = quiet(network)
  const prepared = template(options)
  return Effect.fnUntraced(function* (turn: Turn, later: Effect.Effect<Parts, AgentError>) {
    if (prepared === undefined) {
      return yield* new AgentError({ reason: { _tag: "Unreachable", detail: "the address is not a URL" } })
    }
    const body = yield* question(turn)
    const request = prepared.pipe(
      HttpClientRequest.setHeaders(yield* traceHeaders),
      HttpClientRequest.setHeader("idempotency-key", headerValue(turn.turnId)),
      HttpClientRequest.bodyText(body, "application/json")
    )
    const response = yield* client.execute(request).pipe(Effect.mapError(unreachable))
    const { status } = response
    if (status === 202) return later
    if (status < 200 || status > 299) return yield* new AgentError({ reason: { _tag: "Status", status } })
    if (status === 204) return Effect.succeed<Parts>([])
    const answer = yield* readBody(response.stream).pipe(
      // A client may report that there is no body at all as a failure of its stream.
      Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.succeed("")),
      Effect.catchTag("HttpClientError", brokeOff)
    )
    return Effect.succeed(yield* readAnswer(answer, formatOf(response.headers["content-type"])))
    // The connection is let go before anything is waited for.
  }, Effect.scoped)
}

const bridge = (
  options: HttpOptions,
  ask: (turn: Turn) => Effect.Effect<Parts, AgentError, Scope>
): AgentBridge["Service"] => {
  const asked = Effect.fn("HttpAgent.ask")(
    (turn: Turn) => Effect.scoped(ask(turn)),
    withTimeout(options.timeout ?? defaultTimeout)
  )
  return { reply: (turn) => Stream.fromIterableEffect(asked(turn)) }
}

/**
 * A bridge to an HTTP service: POST with the turn as JSON and `Idempotency-Key: <turn id>`. The answer's content type says
 * whether it is JSON; 204 or an empty 2xx is no reply, 202 and everything outside 2xx is `Status`.
 */
export const makeHttp = (options: HttpOptions): Effect.Effect<AgentBridge["Service"], never, HttpClient.HttpClient> =>
  Effect.map(HttpClient.HttpClient, (network) => {
    const exchange = exchanging(network, options)
    return bridge(options, (turn) => Effect.flatten(exchange(turn, Effect.fail(notNow))))
  })

/**
 * The same for a service that takes its time: it may answer 202, and the turn waits for its answer to be handed in by itself
 * (`PendingReplies`) until the time-out. An answer that is handed in before the request is over is taken as well.
 */
export const makeHttpAsync = (
  options: HttpOptions
): Effect.Effect<AgentBridge["Service"], never, HttpClient.HttpClient | PendingReplies> =>
  Effect.gen(function* () {
    const exchange = exchanging(yield* HttpClient.HttpClient, options)
    const pending = yield* PendingReplies
    return bridge(options, (turn) =>
      Effect.flatMap(pending.wait(turn.turnId), ({ answer }) =>
        Effect.raceFirst(answer, Effect.flatten(exchange(turn, answer)))
      )
    )
  })
