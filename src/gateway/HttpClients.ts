import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"

/** How an account reaches the Bot API: directly, or through its proxy. */
export class HttpClients extends Context.Service<
  HttpClients,
  { through(proxy: Redacted.Redacted | undefined): Effect.Effect<HttpClient, never, Scope.Scope> }
>()("zalo-effect/gateway/HttpClients") {}
