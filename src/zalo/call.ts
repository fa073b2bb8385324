import * as ByteSize from "effect/ByteSize"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as Redacted from "effect/Redacted"
import { readAnswer } from "./answer.ts"
import type { Answer } from "./answer.ts"
import { scrubber } from "./scrub.ts"
import type { Method } from "./timeouts.ts"
import { lost, unanswered } from "./transport.ts"
import { Unclear, ZaloError } from "./ZaloError.ts"
import type { ZaloReason } from "./ZaloError.ts"

export interface CallOptions {
  readonly timeout: Duration.Duration
  /** Another secret in the request that an answer might echo. */
  readonly secret?: string
}

/** One request to the Bot API and its answer, whatever that says. Fails when there was none. */
export type Call = (method: Method, body: object, options: CallOptions) => Effect.Effect<Answer, ZaloError>

/** An answer is a few kilobytes. One without an end must not fill the memory until its time is up. */
const maxAnswer = ByteSize.mebibytes(4)

/** The token as part of a path: its colon stays (`zalo-bot-api.md` §2), whatever else a path cannot hold is encoded. */
const inPath = (token: string): string => token.toWellFormed().replaceAll(/[^\w:.~-]/gu, encodeURIComponent)

/** The one place that knows the token's address: nothing that leaves it holds a request, a URL or a cause. */
export const make = Effect.fnUntraced(function* (options: {
  readonly token: Redacted.Redacted
  readonly baseUrl: string
}) {
  const client = (yield* HttpClient.HttpClient).pipe(
    // Effect's own client span records the URL, and its trace headers are no business of Zalo's: this ends both.
    HttpClient.transformResponse(Effect.provideService(HttpClient.TracerDisabledWhen, constTrue))
  )
  const token = Redacted.value(options.token)
  const base = `${options.baseUrl.replace(/\/+$/, "")}/bot${inPath(token)}/`
  const scrub = scrubber([token])
  const requests = new Map<Method, HttpClientRequest.HttpClientRequest>()
  const requestOf = (method: Method): HttpClientRequest.HttpClientRequest => {
    const known = requests.get(method)
    if (known !== undefined) return known
    const request = HttpClientRequest.post(base + method, { acceptJson: true })
    requests.set(method, request)
    return request
  }

  const call: Call = (method, body, { timeout, secret }) => {
    const fail = (reason: ZaloReason) => new ZaloError({ method, explicit: false, reason })
    return Effect.suspend(() =>
      client.execute(HttpClientRequest.setBody(requestOf(method), HttpBody.jsonUnsafe(body)))
    ).pipe(
      Effect.mapError((error) => fail(unanswered(error))),
      Effect.flatMap((response) =>
        // Once there is a head, whatever breaks is a torn answer.
        Effect.mapBoth(response.text, {
          onFailure: () => fail(lost()),
          onSuccess: (text) =>
            readAnswer(response.status, text, secret === undefined ? scrub : scrubber([token, secret]))
        })
      ),
      Effect.provideService(HttpIncomingMessage.MaxBodySize, maxAnswer),
      // A client that throws may have put the address into what it threw.
      Effect.catchDefect(() => Effect.fail(fail(lost()))),
      Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(fail(new Unclear({ why: "timeout" }))) })
    )
  }
  return call
})
