import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { guard, hostOf, PageError } from "./guard.ts"
import { badBody } from "./pageBodies.ts"
import { makeUploads, maxUploadBytes, pictures } from "./uploads.ts"

const tooLarge = new PageError({ status: 413, code: "body", detail: "At most 5 MiB, please." })

/** The page's own pictures: taken by `POST /sandbox/api/uploads`, given back at `/sandbox/media`. */
export const uploadRoutes = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const kept = makeUploads()
    let count = 0
    yield* router.add(
      "POST",
      "/sandbox/api/uploads",
      Effect.gen(function* () {
        const request = yield* guard(/^image\//i)
        const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? ""
        const ending = pictures[type]
        if (ending === undefined) {
          return yield* new PageError({ status: 415, code: "content-type", detail: "PNG, JPEG, GIF or WebP, please." })
        }
        const bytes = new Uint8Array(yield* request.arrayBuffer)
        // A declared limit is the server's to keep, and in process there is none.
        if (bytes.length > maxUploadBytes) return yield* tooLarge
        if (bytes.length === 0) return yield* badBody("The picture is empty.")
        count += 1
        const name = `${count}.${ending}`
        kept.add(name, type, bytes)
        return HttpServerResponse.jsonUnsafe({ url: `http://${hostOf(request)}/sandbox/media/${name}` })
      }).pipe(Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(maxUploadBytes)))
    )
    yield* router.add(
      "GET",
      "/sandbox/media/:name",
      Effect.map(HttpRouter.params, ({ name }) => {
        const found = kept.get(name ?? "")
        if (found === undefined) return HttpServerResponse.empty({ status: 404 })
        return HttpServerResponse.uint8Array(found.bytes, {
          contentType: found.contentType,
          headers: { "x-content-type-options": "nosniff" }
        })
      })
    )
  })
)
