import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import { layerQueue } from "../../gateway/queue/layer.ts"
import { SentMessages } from "../../journal/api/SentMessages.ts"
import { accessHandlers } from "./access.ts"
import { Api } from "./Api.ts"
import { Authorized, Readable } from "./guards.ts"
import { broadcastsHandlers } from "./broadcasts.ts"
import { chatsHandlers } from "./chats.ts"
import { configHandlers } from "./config.ts"
import { messagesHandlers } from "./messages.ts"
import { pairingHandlers } from "./pairing.ts"
import { queueHandlers } from "./queue.ts"
import { schedulesHandlers } from "./schedules.ts"
import { statusHandlers } from "./status.ts"
import { webhooksHandlers } from "./webhooks.ts"

/** Every group with its handlers. */
const routes = HttpApiBuilder.layer(Api, { openapiPath: "/v1/openapi.json" }).pipe(
  Layer.provide([
    statusHandlers,
    pairingHandlers,
    accessHandlers,
    messagesHandlers,
    queueHandlers,
    chatsHandlers,
    broadcastsHandlers,
    schedulesHandlers,
    configHandlers,
    webhooksHandlers
  ]),
  Layer.provide([SentMessages.layerSql, layerQueue]),
  Layer.provide([Authorized.layer, Readable.layer]),
  Layer.provide(HttpServer.layerServices)
)

/** What the groups are made of. */
export type ApiServices = Exclude<
  Layer.Services<typeof routes>,
  HttpRouter.HttpRouter | HttpRouter.Request<string, unknown>
>

const paths = (): ReadonlyArray<{ readonly method: string; readonly matches: (path: string) => boolean }> => {
  const found: Array<{ readonly method: string; readonly matches: (path: string) => boolean }> = []
  HttpApi.reflect(Api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => {
      const shape = new RegExp(`^${endpoint.path.replaceAll(/:\w+/g, "[^/]+")}$`)
      found.push({ method: endpoint.method, matches: (path) => shape.test(path) })
    }
  })
  return [...found, { method: "GET", matches: (path) => path === "/v1/openapi.json" }]
}

/**
 * The admin API as one handler, and the methods that a path of it takes. With a router of its own: the gateway's would let
 * people in past the door.
 */
export const make = Effect.gen(function* () {
  const router = yield* HttpRouter.make
  yield* Layer.build(routes.pipe(Layer.provide(Layer.succeed(HttpRouter.HttpRouter, router))))
  const known = paths()
  return {
    handle: router.asHttpEffect(),
    methodsOf: (path: string): ReadonlyArray<string> => [
      ...new Set(known.filter(({ matches }) => matches(path)).map(({ method }) => method))
    ]
  }
})
