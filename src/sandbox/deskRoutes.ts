import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import { fromDesk, guard, json } from "./guard.ts"
import { readJson } from "./pageBodies.ts"
import { PendingSender, SandboxDesk, TransportMode } from "./SandboxDesk.ts"

const encodePending = Schema.encodeSync(Schema.Struct({ requests: Schema.Array(PendingSender) }))
const Mode = Schema.Struct({ mode: TransportMode })

/** The chat page's questions to the gateway. */
export const deskRoutes = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const desk = yield* SandboxDesk

    const decide = (act: (code: string) => ReturnType<typeof desk.approve>) =>
      Effect.gen(function* () {
        yield* guard(json)
        const { code } = yield* HttpRouter.params
        yield* Effect.mapError(act(code ?? ""), fromDesk)
        return HttpServerResponse.jsonUnsafe({ ok: true })
      })

    yield* router.add(
      "GET",
      "/sandbox/api/pairing",
      Effect.gen(function* () {
        yield* guard(json)
        const requests = yield* Effect.mapError(desk.pending, fromDesk)
        return HttpServerResponse.jsonUnsafe(encodePending({ requests }))
      })
    )
    yield* router.add("POST", "/sandbox/api/pairing/:code/approve", decide(desk.approve))
    yield* router.add("POST", "/sandbox/api/pairing/:code/decline", decide(desk.decline))
    yield* router.add(
      "GET",
      "/sandbox/api/transport",
      Effect.gen(function* () {
        yield* guard(json)
        return HttpServerResponse.jsonUnsafe(yield* Effect.mapError(desk.transport, fromDesk))
      })
    )
    yield* router.add(
      "POST",
      "/sandbox/api/transport",
      Effect.gen(function* () {
        const { mode } = yield* readJson(Mode)
        return HttpServerResponse.jsonUnsafe(yield* Effect.mapError(desk.setTransport(mode), fromDesk))
      })
    )
  })
)
