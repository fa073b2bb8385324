import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type { Dispatcher } from "@effect/platform-node/Undici"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { lookup } from "node:dns/promises"
import { isIP, type LookupFunction } from "node:net"
import { GuardedClient, type GuardedRequest } from "../media/GuardedClient.ts"
import { ResolveError, Resolver } from "../media/Resolver.ts"
import * as undici from "./undici-client.ts"

const connectTimeout = 10_000
const lookupTimeout = "5 seconds"

const unknown: ReadonlySet<unknown> = new Set(["ENOTFOUND", "ENODATA"])

const unresolved = (cause: unknown) => {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined
  return new ResolveError({ reason: unknown.has(code) ? "unknown-name" : "unavailable" })
}

/** As every other program here resolves: hosts file, search list and all. IPv4 first, which Zalo's hosts have. */
export const layerResolver: Layer.Layer<Resolver> = Layer.succeed(Resolver, {
  resolve: (name) =>
    Effect.tryPromise({ try: () => lookup(name, { all: true, order: "ipv4first" }), catch: unresolved }).pipe(
      Effect.filterOrFail(
        (found) => found.length > 0,
        () => new ResolveError({ reason: "unknown-name" })
      ),
      Effect.map((found) => found.map(({ address }) => address)),
      Effect.timeoutOrElse({
        duration: lookupTimeout,
        orElse: () => Effect.fail(new ResolveError({ reason: "unavailable" }))
      })
    )
})

/** The one answer to every question: whatever a name leads to by now, the connection goes to what was checked. */
const pinnedTo =
  (address: string): LookupFunction =>
  (_, options, done) => {
    const family = isIP(address)
    if (options.all === true) done(null, [{ address, family }])
    else done(null, address, family)
  }

const common = { allowH2: false, pipelining: 1, keepAliveTimeout: 1 } as const

const direct = (address: string | undefined) =>
  Effect.promise(async (): Promise<Dispatcher> => {
    const { Agent } = await import("@effect/platform-node/Undici")
    const pinned = address === undefined ? {} : { lookup: pinnedTo(address) }
    return new Agent({ ...common, connect: { timeout: connectTimeout, ...pinned } })
  })

const through = (proxy: Redacted.Redacted, host: string) =>
  Effect.promise(async (): Promise<Dispatcher> => {
    const { ProxyAgent } = await import("@effect/platform-node/Undici")
    return new ProxyAgent({
      ...common,
      uri: Redacted.value(proxy),
      connectTimeout,
      // For http too: the proxy is asked for the address that was checked, and never reads a name.
      proxyTunnel: true,
      requestTls: { servername: isIP(host.replace(/^\[|\]$/g, "")) === 0 ? host : "" }
    })
  })

/** The request as it leaves: through a proxy the address stands in the URL, and the name in the `Host` header alone. */
const requestOf = ({ address, proxy, url }: GuardedRequest): HttpClientRequest.HttpClientRequest => {
  if (proxy === undefined || address === undefined) return HttpClientRequest.get(url.href)
  const to = new URL(url)
  to.hostname = isIP(address) === 6 ? `[${address}]` : address
  return HttpClientRequest.get(to.href).pipe(HttpClientRequest.setHeader("host", url.host))
}

const get = Effect.fnUntraced(function* (request: GuardedRequest) {
  const asked = requestOf(request)
  const dispatcher = yield* Effect.acquireRelease(
    request.proxy === undefined ? direct(request.address) : through(request.proxy, request.url.hostname),
    (agent) => Effect.promise(() => agent.destroy())
  ).pipe(
    // A proxy whose address is none.
    Effect.catchDefect((cause) =>
      Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request: asked, cause })
        })
      )
    )
  )
  const client = yield* Layer.build(
    undici.layer.pipe(Layer.provide(Layer.succeed(NodeHttpClient.Dispatcher, dispatcher)))
  )
  return yield* Effect.provideContext(
    HttpClient.execute(HttpClientRequest.setHeader(asked, "accept", "image/*, audio/*")),
    client
  )
})

/** One connection for each request: nothing that was checked for one is used by another. */
export const layerGuardedClient: Layer.Layer<GuardedClient> = Layer.succeed(GuardedClient, { get })

/** How media is fetched from this machine. */
export const layer: Layer.Layer<GuardedClient | Resolver> = Layer.merge(layerGuardedClient, layerResolver)
