import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"
import { HostedMedia, ticketOf } from "./HostedMedia.ts"

const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" }

const refusal = (status: number, text: string) => HttpServerResponse.text(text, { status, headers })

const notFound = refusal(404, "Not Found")

const tokenIn = (url: string): string => {
  const query = url.indexOf("?")
  return query < 0 ? "" : (new URLSearchParams(url.slice(query + 1)).get("token") ?? "")
}

const answer = Effect.fnUntraced(function* (
  request: HttpServerRequest,
  name: string,
  hosted: HostedMedia["Service"],
  fs: FileSystem
) {
  const takes = request.method === "GET"
  if (!takes && request.method !== "HEAD") return notFound
  const ticket = ticketOf(name, tokenIn(request.url))
  if (ticket === undefined) return notFound
  const found = yield* hosted.open(ticket, takes)
  switch (found._tag) {
    case "Unknown":
      return notFound
    case "WrongToken":
      return refusal(401, "Unauthorized")
    case "Expired":
      return refusal(410, "Expired")
    case "File": {
      // Not a promise that the file can be read, but nearly: it is removed only long after it expired.
      if (!(yield* Effect.orElseSucceed(fs.exists(found.path), () => false))) return refusal(410, "Expired")
      const { contentType, bytes: contentLength } = found
      return HttpServerResponse.stream(fs.stream(found.path), { contentType, contentLength, headers })
    }
  }
})

/** The path above `/media/<name>`, and the name; undefined for every other address. */
const placeIn = (url: string): { readonly path: string; readonly name: string } | undefined => {
  const [, path, name] = /^([^?#]*)\/media\/([^/?#]+)\/?(?:[?#]|$)/.exec(url) ?? []
  return path === undefined || name === undefined ? undefined : { path: path.toLowerCase(), name }
}

/**
 * Serves hosted files under each of these paths: `<path>/media/<id>?token=…` (`reference-behaviour.md` §1.12). 404 for what
 * is not there and for every method but GET and HEAD, 401 without the right token, 410 once it has expired. It stands before the
 * router's routes, and the paths are asked for at each request, so that they may change while it runs.
 */
export const layer = (
  paths: () => ReadonlyArray<string>
): Layer.Layer<never, never, HttpRouter.HttpRouter | HostedMedia | FileSystem> =>
  HttpRouter.use(
    Effect.fnUntraced(function* (router) {
      const hosted = yield* HostedMedia
      const fs = yield* FileSystem
      yield* router.addGlobalMiddleware((next) =>
        HttpServerRequest.use((request) => {
          const place = placeIn(request.url)
          if (place === undefined || !paths().some((path) => path.toLowerCase() === place.path)) return next
          return answer(request, place.name, hosted, fs).pipe(
            Effect.catchTag("JournalError", (error) =>
              Effect.as(Effect.logError(`a hosted file was not served: ${error.message}`), refusal(503, "Try again"))
            )
          )
        })
      )
    })
  )
