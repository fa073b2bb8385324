import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpEffect from "effect/http/HttpEffect"
import type * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as NetAddress from "effect/net/NetAddress"
import type * as Scope from "effect/Scope"
import { Hangup } from "./Hangup.ts"

/** A connection that was not made or did not hold. `code` is what Node would call it. */
export class NetworkFailure extends Error {
  override readonly name = "NetworkFailure"
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** One request in, one answer out. */
export type App = (
  request: HttpClientRequest.HttpClientRequest
) => Effect.Effect<HttpServerResponse.HttpServerResponse, NetworkFailure>

/**
 * An internet of programs in this runtime: no sockets, no names to resolve, and `TestClock` governs all of it. A request to
 * an origin where nothing is mounted fails as an unknown name does.
 */
export class Network extends Context.Service<
  Network,
  {
    /** Serves an origin (`https://bot.example.test`) until the scope closes. */
    mount(origin: string, app: App): Effect.Effect<void, never, Scope.Scope>
    /** From now on connections to this origin fail with this code. Default `ECONNREFUSED`. */
    unplug(origin: string, code?: string): Effect.Effect<void>
    plug(origin: string): Effect.Effect<void>
    readonly client: HttpClient.HttpClient
  }
>()("zalo-effect/sandbox/Network") {
  /** An empty network, and the client that sees it. */
  static readonly layer: Layer.Layer<Network | HttpClient.HttpClient> = Layer.effectContext(
    Effect.sync(() => {
      const network = makeNetwork()
      return Context.make(Network, network).pipe(Context.add(HttpClient.HttpClient, network.client))
    })
  )

  /** A server at an origin of the network, for a program that serves its routes with `HttpRouter.serve`. */
  static readonly layerServer = (origin: string): Layer.Layer<HttpServer.HttpServer, never, Network> =>
    Layer.effect(
      HttpServer.HttpServer,
      Effect.map(Network, (network) =>
        HttpServer.make({
          address: NetAddress.unixPathAddress(origin),
          serve: (app, middleware) => Effect.flatMap(toApp(app, middleware), (served) => network.mount(origin, served))
        })
      )
    )
}

type Handler = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  unknown,
  HttpServerRequest.HttpServerRequest | Scope.Scope
>

/** Runs an app the way a server does: errors answer for themselves, and a cut connection gives no answer at all. */
const toApp = Effect.fnUntraced(function* (app: Handler, middleware: HttpMiddleware.HttpMiddleware | undefined) {
  const context = yield* Effect.context<never>()
  const scope = yield* Effect.scope
  return (request: HttpClientRequest.HttpClientRequest) =>
    Effect.gen(function* () {
      const answered = Deferred.makeUnsafe<HttpServerResponse.HttpServerResponse, NetworkFailure>()
      const handled = HttpEffect.toHandled(
        app,
        (_, response) =>
          // A body that is still to come keeps the request's scope open.
          Deferred.succeed(answered, HttpEffect.scopeTransferToStream(response)),
        middleware
      )
      const hangup = () => Effect.andThen(Deferred.fail(answered, new NetworkFailure("ECONNRESET")), Effect.never)
      const fiber = yield* handled.pipe(
        Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request)),
        Effect.provideService(Hangup, hangup),
        Effect.provideContext(context),
        Effect.forkIn(scope)
      )
      return yield* Deferred.await(answered).pipe(Effect.onError(() => Fiber.interrupt(fiber)))
    })
})

const makeNetwork = (): Network["Service"] => {
  const apps = new Map<string, App>()
  const unplugged = new Map<string, string>()
  const client = HttpClient.make((request, url) => {
    const fail = (cause: NetworkFailure) =>
      new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
    const broken = unplugged.get(url.origin)
    if (broken !== undefined) return Effect.fail(fail(new NetworkFailure(broken)))
    const app = apps.get(url.origin)
    if (app === undefined) return Effect.fail(fail(new NetworkFailure("ENOTFOUND")))
    return app(request).pipe(
      Effect.mapError(fail),
      Effect.map((response) => HttpServerResponse.toClientResponse(response, { request }))
    )
  })
  return {
    mount: (origin, app) =>
      Effect.acquireRelease(
        Effect.sync(() => void apps.set(origin, app)),
        () =>
          Effect.sync(() => {
            if (apps.get(origin) === app) apps.delete(origin)
          })
      ),
    unplug: (origin, code = "ECONNREFUSED") => Effect.sync(() => void unplugged.set(origin, code)),
    plug: (origin) => Effect.sync(() => void unplugged.delete(origin)),
    client
  }
}
