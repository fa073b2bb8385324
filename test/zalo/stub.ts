import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Redacted from "effect/Redacted"
import { ZaloApi } from "../../src/zalo/ZaloApi.ts"

export const token = "1459232241454765289:s3cret-Half_of.it"

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

const bodyOf = (request: HttpClientRequest): unknown =>
  request.body._tag === "Uint8Array" ? JSON.parse(new TextDecoder().decode(request.body.body)) : request.body._tag

/** A bot whose network is `answer`, and what it asked. */
export const botWith = (
  answer: (
    request: HttpClientRequest,
    url: URL
  ) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError>,
  baseUrl = "https://zalo.test"
) => {
  const seen: Array<Seen> = []
  const client = HttpClient.make((request, url) => {
    seen.push({ method: request.method, url: url.href, headers: request.headers, body: bodyOf(request) })
    return answer(request, url)
  })
  return ZaloApi.make({ token: Redacted.make(token), baseUrl }).pipe(
    Effect.provideService(HttpClient.HttpClient, client),
    Effect.map((api) => ({ api, seen }))
  )
}

/** A bot that is always answered with this. */
export const answering = (status: number, body: string | object, baseUrl?: string) =>
  botWith(
    (request) =>
      Effect.sync(() =>
        HttpClientResponse.fromWeb(
          request,
          new Response(typeof body === "string" ? body : JSON.stringify(body), { status })
        )
      ),
    baseUrl
  )
