import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"

/** A request to exactly the address that was checked. */
export interface GuardedRequest {
  /** Its host is what the server and its certificate are asked for. */
  readonly url: URL
  /** The IP address that is connected to, or that the proxy is asked to connect to. Undefined: whatever the name leads to. */
  readonly address: string | undefined
  readonly proxy: Redacted.Redacted | undefined
}

/** GET and nothing else: no redirects, no cookies, no kept connections. The connection ends with the scope. */
export class GuardedClient extends Context.Service<
  GuardedClient,
  { get(request: GuardedRequest): Effect.Effect<HttpClientResponse, HttpClientError, Scope.Scope> }
>()("zalo-effect/media/GuardedClient") {}
