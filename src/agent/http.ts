import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Function from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Turn } from "../domain/Turn.ts"
import type { AgentBridge } from "./AgentBridge.ts"
import { AgentError } from "./AgentError.ts"
import { type AnswerFormat, readAnswer } from "./answer.ts"
import { readBody } from "./body.ts"
import { question } from "./question.ts"
import { brokeOff, unreachable } from "./unreachable.ts"
import { defaultTimeout, withTimeout } from "./withTimeout.ts"

/** Which address is asked, with which headers, and how long it may take. */
export interface HttpOptions {
  /** Where turns are posted. A user and password in it become basic authentication. */
  readonly url: string
  /** Sent with every turn; they cannot replace `Idempotency-Key`. */
  readonly headers?: Readonly<Record<string, string | Redacted.Redacted>>
  /** For one turn, answer included; 120 s if absent. */
  readonly timeout?: Duration.Input
}

const format = (contentType: string | undefined): AnswerFormat => {
  if (contentType === undefined) return "unsaid"
  return /^\s*(?:application|text)\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType) ? "json" : "text"
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
  const headers = Object.entries(options.headers ?? {}).map(
    ([name, value]) => [name, Redacted.isRedacted(value) ? Redacted.value(value) : value] as const
  )
  return authorized(HttpClientRequest.post(bare, { acceptJson: true }), address).pipe(
    HttpClientRequest.setHeaders(headers)
  )
}

/**
 * A bridge to an HTTP service: POST with the turn as JSON and `Idempotency-Key: <turn id>`. The answer's content type says
 * whether it is JSON; 204 or an empty 2xx is no reply, 202 and everything outside 2xx is `Status`.
 */
export const makeHttp = (options: HttpOptions): Effect.Effect<AgentBridge["Service"], never, HttpClient.HttpClient> =>
  Effect.map(HttpClient.HttpClient, (network) => {
    // The address may hold a secret in its path, and the client's own span would record it.
    const client = network.pipe(
      HttpClient.withScope,
      HttpClient.transformResponse(Effect.provideService(HttpClient.TracerDisabledWhen, Function.constTrue))
    )
    const prepared = template(options)

    const exchange = Effect.fnUntraced(function* (turn: Turn) {
      if (prepared === undefined) {
        return yield* new AgentError({ reason: { _tag: "Unreachable", detail: "the address is not a URL" } })
      }
      const body = yield* question(turn)
      const request = prepared.pipe(
        HttpClientRequest.setHeader("idempotency-key", headerValue(turn.turnId)),
        HttpClientRequest.bodyText(body, "application/json")
      )
      const response = yield* client.execute(request).pipe(Effect.mapError(unreachable))
      const { status } = response
      if (status < 200 || status > 299 || status === 202) {
        return yield* new AgentError({ reason: { _tag: "Status", status } })
      }
      if (status === 204) return []
      const answer = yield* readBody(response.stream).pipe(
        // A client may report that there is no body at all as a failure of its stream.
        Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.succeed("")),
        Effect.catchTag("HttpClientError", brokeOff)
      )
      return yield* readAnswer(answer, format(response.headers["content-type"]))
      // The scope ends the exchange, so that an answer that nobody reads holds no socket.
    }, Effect.scoped)

    const ask = Effect.fn("HttpAgent.ask")(exchange, withTimeout(options.timeout ?? defaultTimeout))
    return { reply: (turn) => Stream.fromIterableEffect(ask(turn)) }
  })
