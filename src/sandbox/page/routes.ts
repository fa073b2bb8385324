import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import { EmulatedZalo } from "../Zalo.ts"
import { assetTypes, readAssets } from "./assets.ts"

/**
 * Scripts and styles come from here only; pictures and voices from wherever the bot's messages point to. No other page may
 * frame this one, and the hosts of those pictures are not told where they are shown.
 */
const headers = {
  "content-security-policy":
    "default-src 'self'; img-src * data: blob:; media-src * data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache"
}

/** The chat page: `GET /` and its files under `GET /sandbox/assets/`. The page talks to `playground`. */
export const pageRoutes: Layer.Layer<never, never, HttpRouter.HttpRouter | FileSystem.FileSystem | Path.Path> =
  HttpRouter.use(
    Effect.fnUntraced(function* (router) {
      const assets = yield* readAssets()
      const give = (name: string) => {
        const bytes = assets.get(name)
        const contentType = assetTypes.get(name)
        if (bytes === undefined || contentType === undefined) return HttpServerResponse.empty({ status: 404, headers })
        return HttpServerResponse.uint8Array(bytes, { contentType, headers })
      }
      yield* router.add(
        "GET",
        "/",
        Effect.sync(() => give("index.html"))
      )
      yield* router.add(
        "GET",
        "/sandbox/assets/:name",
        Effect.map(HttpRouter.params, ({ name }) => give(name ?? ""))
      )
    })
  )

/** Somebody to play at once: adds the user `Lan` to a Zalo that has no users yet. */
export const layerFirstUser: Layer.Layer<never, never, EmulatedZalo> = Layer.effectDiscard(
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    const snapshot = yield* zalo.snapshot()
    if (snapshot === undefined || snapshot.users.length === 0) yield* zalo.addUser("Lan")
  })
)
