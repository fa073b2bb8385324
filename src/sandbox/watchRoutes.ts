import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { guard, json } from "./guard.ts"
import { callJson, deliveryJson, messageJson } from "./pageJson.ts"
import { EmulatedZalo } from "./Zalo.ts"

const searchParam = Effect.fnUntraced(function* (name: string) {
  const params = yield* HttpServerRequest.ParsedSearchParams
  const value = params[name]
  return typeof value === "string" ? value : value?.[0]
})

/** What this Zalo remembers, for tests that watch it from another process. */
export const watchRoutes = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const zalo = yield* EmulatedZalo
    yield* router.add(
      "GET",
      "/sandbox/api/calls",
      Effect.gen(function* () {
        yield* guard(json)
        const method = yield* searchParam("method")
        const after = Number((yield* searchParam("after")) ?? 0)
        const calls = (yield* zalo.calls).filter((call) => call.n > after && call.method === (method ?? call.method))
        return HttpServerResponse.jsonUnsafe({ calls: calls.map(callJson) })
      })
    )
    yield* router.add(
      "GET",
      "/sandbox/api/deliveries",
      Effect.gen(function* () {
        yield* guard(json)
        return HttpServerResponse.jsonUnsafe({ deliveries: (yield* zalo.deliveries).map(deliveryJson) })
      })
    )
    yield* router.add(
      "GET",
      "/sandbox/api/transcript",
      Effect.gen(function* () {
        yield* guard(json)
        const chat = yield* searchParam("chat")
        const messages = yield* zalo.transcript(chat ?? "")
        return HttpServerResponse.jsonUnsafe({ messages: messages.map(messageJson) })
      })
    )
  })
)
