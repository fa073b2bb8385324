import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { createServer } from "node:http"
import { Hangup } from "../sandbox/Hangup.ts"
import { playground } from "../sandbox/playground.ts"
import { routes } from "../sandbox/routes.ts"
import { SandboxDesk } from "../sandbox/SandboxDesk.ts"
import { EmulatedZalo, type EmulatedZaloOptions } from "../sandbox/Zalo.ts"
import * as HttpClients from "./http-client.ts"

/** Cuts the connection's socket, so that a client sees what it sees when a gateway dies. */
export const layerHangup: Layer.Layer<never> = Layer.succeed(Hangup, (request) =>
  Effect.andThen(
    Effect.sync(() => void NodeHttpServerRequest.toIncomingMessage(request).socket.destroy()),
    Effect.never
  )
)

/** A server on loopback. Polls and event streams that are open hold its stop up for a tenth of a second only. */
export const layerLoopback = (port: number) =>
  NodeHttpServer.layer(createServer, { host: "127.0.0.1", port, gracefulShutdownTimeout: "100 millis" })

/** The Bot API and the playground's API, for a server of Node's. No access log: tokens are in the paths. */
export const layerRoutes: Layer.Layer<never, never, EmulatedZalo | SandboxDesk | HttpServer.HttpServer> =
  HttpRouter.serve(Layer.merge(routes, playground), { disableListenLog: true, disableLogger: true }).pipe(
    Layer.provide(layerHangup)
  )

/** How a served Zalo behaves, and where. */
export interface EmulatorServerOptions extends EmulatedZaloOptions {
  /** 0, the default, takes any that is free. */
  readonly port?: number | undefined
}

/** An emulated Zalo behind a port. */
export interface ServedEmulator {
  /** `http://127.0.0.1:PORT`: what `ZALO_API_URL` is set to. */
  readonly url: string
  readonly zalo: EmulatedZalo["Service"]
}

/** An emulator without a gateway on loopback, for as long as the scope is open. */
export const serveEmulator = Effect.fn("serveEmulator")(function* (
  options: EmulatorServerOptions
): Effect.fn.Return<ServedEmulator, HttpServerError.ServeError, Scope.Scope> {
  const context = yield* Layer.build(
    layerRoutes.pipe(
      Layer.provideMerge(layerLoopback(options.port ?? 0)),
      Layer.provideMerge(EmulatedZalo.layer(options)),
      Layer.provide([SandboxDesk.layerNone, HttpClients.layer])
    )
  )
  const { address } = Context.get(context, HttpServer.HttpServer)
  return { url: HttpServer.formatAddress(address), zalo: Context.get(context, EmulatedZalo) }
})
