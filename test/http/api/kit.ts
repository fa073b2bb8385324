import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpMethod } from "effect/http/HttpMethod"
import { Network } from "../../../src/sandbox/Network.ts"
import { adminToken, gatewayOrigin } from "../../../src/testing/TestGateway.ts"

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed: every answer of the API is JSON. */
  readonly body: ReturnType<typeof JSON.parse>
}

export interface Asked {
  readonly method?: HttpMethod
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  /** `null`: none. Default: the right one. */
  readonly token?: string | null
}

/** One request to the admin API of the gateway under test. */
export const ask = (path: string, asked: Asked = {}): Effect.Effect<Answer, never, Network> =>
  Effect.gen(function* () {
    const { client } = yield* Network
    const { headers = {}, json, text, token = adminToken } = asked
    const method = asked.method ?? (json === undefined && text === undefined ? "GET" : "POST")
    let request = HttpClientRequest.make(method)(`${gatewayOrigin}${path}`)
    if (json !== undefined) request = HttpClientRequest.bodyJsonUnsafe(request, json)
    if (text !== undefined) request = HttpClientRequest.bodyText(request, text, headers["content-type"])
    if (token !== null) request = HttpClientRequest.bearerToken(request, token)
    const response = yield* client.execute(HttpClientRequest.setHeaders(request, headers))
    const body = yield* response.text
    return { status: response.status, headers: response.headers, body: body === "" ? null : JSON.parse(body) }
  }).pipe(Effect.orDie)

export const post = (path: string, json?: unknown, asked: Asked = {}) =>
  ask(path, { method: "POST", ...(json === undefined ? {} : { json }), ...asked })

/** Status and code of a refusal. */
export const refused = ({ body, status }: Answer): readonly [number, string | undefined] => [status, body?.error?.code]
