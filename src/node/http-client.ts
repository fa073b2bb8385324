import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as undici from "./undici-client.ts"

/**
 * undici, for both start and speed. Measured on Node 24, 10,000 calls at a width of 50 to a loopback server: undici
 * 121–160 µs of CPU a call, `node:http` 172–225, `fetch` 330–386; the first call came after 19–25 ms, 19–29 and 64–88 (the
 * load of each included). undici is imported when the layer is built, so a command that calls nobody never loads it.
 */
const settings = {
  /** Our own connect time-out, ms: it fails as `UND_ERR_CONNECT_TIMEOUT`, so the request surely was not sent. */
  connect: { timeout: 10_000 },
  // One exchange at a time per connection and as many connections as there are exchanges: an open poll holds its own and
  // nobody's, and 500 busy chats wait for no free one. HTTP/2 would put them all on one connection, to be lost together.
  allowH2: false,
  pipelining: 1,
  connections: null,
  // An idle connection is closed here before a server is likely to: a send on one that the server just closed has an
  // unclear end.
  keepAliveTimeout: 4_000
} as const

/** The client that every call leaves through, connections kept alive. Redirects are not followed. */
export const layer: Layer.Layer<HttpClient> = undici.layer.pipe(
  Layer.provide(NodeHttpClient.layerDispatcherOptions(settings))
)

/** The address of a proxy cannot be used. It is not repeated here: it may hold a password. */
export class ProxyError extends Schema.TaggedError<ProxyError>()("ProxyError", {}) {
  override get message(): string {
    return "the proxy's address cannot be used: it must be http://, https:// or socks5:// with a host"
  }
}

const connect = (url: Redacted.Redacted) =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        const { ProxyAgent } = await import("@effect/platform-node/Undici")
        const { connect, ...rest } = settings
        return new ProxyAgent({
          ...rest,
          uri: Redacted.value(url),
          connectTimeout: connect.timeout,
          // For http targets too, so that a proxy sees no path: the token is in it.
          proxyTunnel: true
        })
      },
      catch: () => new ProxyError()
    }),
    (agent) => Effect.promise(() => agent.destroy())
  )

/** The client of an account behind a proxy: `http`, `https` or `socks5`, user and password in the address. */
export const layerProxy = (url: Redacted.Redacted): Layer.Layer<HttpClient, ProxyError> =>
  undici.layer.pipe(Layer.provide(Layer.effect(NodeHttpClient.Dispatcher, connect(url))))
