import type * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import { Network } from "./Network.ts"
import { routes } from "./routes.ts"
import { EmulatedZalo, type EmulatedZaloOptions } from "./Zalo.ts"

/** Where the real Bot API is, and so where the emulated one is found (`zalo-bot-api.md` §1). */
export const botApiOrigin = "https://bot-api.zaloplatforms.com"

/**
 * The emulated Zalo on a network of its own, in this runtime: give its `HttpClient` to whatever calls the Bot API, and
 * serve the program's own routes on `Network.layerServer(origin)`, so that webhooks reach it.
 */
export const layerInProcess = (
  options: EmulatedZaloOptions = {},
  origin: string = botApiOrigin
): Layer.Layer<EmulatedZalo | Network | HttpClient.HttpClient> =>
  HttpRouter.serve(routes, { disableListenLog: true, disableLogger: true }).pipe(
    Layer.provide(Network.layerServer(origin)),
    Layer.provideMerge(EmulatedZalo.layer(options)),
    Layer.provideMerge(Network.layer)
  )
