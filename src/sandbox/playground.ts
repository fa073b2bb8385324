import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { deskRoutes } from "./deskRoutes.ts"
import { eventStream } from "./eventStream.ts"
import { guard, json, type PageError } from "./guard.ts"
import { badBody, NewGroup, NewMessage, NewUser, noBot, readJson, Settings, written } from "./pageBodies.ts"
import { stateJson } from "./pageJson.ts"
import type { SandboxDesk } from "./SandboxDesk.ts"
import { Switches } from "./settings.ts"
import { uploadRoutes } from "./uploadRoutes.ts"
import { watchRoutes } from "./watchRoutes.ts"
import { EmulatedZalo } from "./Zalo.ts"

const api = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const zalo = yield* EmulatedZalo

    const settings = Effect.gen(function* () {
      return HttpServerResponse.jsonUnsafe({ switches: yield* zalo.switches, faults: yield* zalo.faults })
    })

    yield* router.add(
      "GET",
      "/sandbox/api/state",
      Effect.gen(function* () {
        yield* guard(json)
        const snapshot = yield* zalo.snapshot()
        if (snapshot === undefined) return yield* noBot
        return HttpServerResponse.jsonUnsafe(stateJson(snapshot))
      })
    )
    yield* router.add("GET", "/sandbox/api/events", Effect.as(guard(json), eventStream(zalo.events)))
    yield* router.add(
      "POST",
      "/sandbox/api/users",
      Effect.gen(function* () {
        const { name } = yield* readJson(NewUser)
        return HttpServerResponse.jsonUnsafe(yield* zalo.addUser(name))
      })
    )
    yield* router.add(
      "POST",
      "/sandbox/api/groups",
      Effect.gen(function* () {
        const { members, name } = yield* readJson(NewGroup)
        return HttpServerResponse.jsonUnsafe(yield* zalo.addGroup(name, members))
      })
    )
    yield* router.add(
      "POST",
      "/sandbox/api/messages",
      Effect.gen(function* () {
        const message = yield* readJson(NewMessage)
        if ((yield* zalo.bots).length === 0) return yield* noBot
        if (message.kind === "raw") {
          yield* zalo.injectRaw(message.body, message.chat === undefined ? {} : { chat: message.chat })
          return HttpServerResponse.jsonUnsafe({ message_id: null })
        }
        const { addressed, chat, date, from } = message
        const message_id = yield* zalo.inject({ chat, from, addressed, date, message: written(message) })
        return HttpServerResponse.jsonUnsafe({ message_id })
      })
    )
    yield* router.add("GET", "/sandbox/api/faults", Effect.andThen(guard(json), settings))
    yield* router.add(
      "POST",
      "/sandbox/api/faults",
      Effect.gen(function* () {
        const { faults, switches } = yield* readJson(Settings)
        if (switches !== undefined) {
          const merged = yield* Schema.decodeEffect(Switches)({ ...(yield* zalo.switches), ...switches }).pipe(
            Effect.catchTag("SchemaError", (error) => badBody(error.message))
          )
          yield* zalo.set(merged)
        }
        if (faults !== undefined) {
          yield* zalo.clearFaults
          yield* Effect.forEach(faults, zalo.fault, { discard: true })
        }
        return yield* settings
      })
    )
  })
)

/**
 * What the chat page talks to, under `/sandbox/api` and `/sandbox/media`: JSON, errors as `{"error":{"code","message"}}`.
 *
 * - `GET /state`, `GET /events` (server-sent), `POST /users`, `POST /groups`, `POST /messages`, `POST /uploads`
 * - `GET|POST /faults`: `{"switches":{…},"faults":[…]}`; a POST changes the switches that it names and, where it has
 *   `faults`, replaces all of them
 * - `GET /calls?method=&after=`, `GET /deliveries`, `GET /transcript?chat=`: for tests that watch from outside
 * - `GET /pairing`, `POST /pairing/CODE/approve|decline`, `GET|POST /transport`: the gateway's side (`SandboxDesk`)
 *
 * Only for this machine: see `guard`.
 */
export const playground: Layer.Layer<
  never,
  never,
  | EmulatedZalo
  | SandboxDesk
  | HttpRouter.HttpRouter
  | HttpRouter.Request<"Error", HttpServerError.HttpServerError>
  | HttpRouter.Request<"Error", PageError>
> = Layer.mergeAll(api, uploadRoutes, watchRoutes, deskRoutes)
