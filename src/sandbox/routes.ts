import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Reply } from "./answering.ts"
import { failingBody, Hangup } from "./Hangup.ts"
import { readParams, readPath } from "./params.ts"
import { type Json, notFound } from "./wire.ts"
import { EmulatedZalo } from "./Zalo.ts"

const titles: Readonly<Record<number, string>> = {
  429: "429 Too Many Requests",
  500: "500 Internal Server Error",
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out"
}

/** What nginx says before Zalo is asked (`zalo-bot-api.md` §3.5). */
const page = (status: number): HttpServerResponse.HttpServerResponse => {
  const title = titles[status] ?? String(status)
  return HttpServerResponse.text(
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
    { status, contentType: "text/html" }
  )
}

const torn = (status: number, body: Json, share: number): HttpServerResponse.HttpServerResponse => {
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  const part = bytes.slice(0, Math.min(bytes.length - 1, Math.floor(bytes.length * share)))
  return HttpServerResponse.stream(
    Stream.concat(part.length === 0 ? Stream.empty : Stream.succeed(part), failingBody),
    {
      status,
      contentType: "application/json",
      contentLength: bytes.length
    }
  )
}

const respond = Effect.fnUntraced(function* (reply: Reply, request: HttpServerRequest.HttpServerRequest) {
  switch (reply._tag) {
    case "Json":
      return HttpServerResponse.jsonUnsafe(reply.body, { status: reply.status })
    case "Page":
      return page(reply.status)
    case "Torn":
      return torn(reply.status, reply.body, reply.share)
    case "Dropped": {
      const hangup = yield* Hangup
      return yield* hangup(request)
    }
  }
})

/**
 * The Bot API: `GET` and `POST /bot<token>/<method>`. One portable app, for a server or (`Network`) for none.
 *
 * The token is part of the path: whoever serves this leaves the access log off.
 */
export const routes: Layer.Layer<never, never, EmulatedZalo | HttpRouter.HttpRouter> = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const zalo = yield* EmulatedZalo
    const handle = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
      const path = readPath(request.url)
      const known = request.method === "GET" || request.method === "POST"
      if (path === undefined || !known) return HttpServerResponse.jsonUnsafe(notFound, { status: 404 })
      const params = yield* readParams(request)
      return yield* respond(yield* zalo.answer(path.token, path.method, params), request)
    })
    // A wildcard, because a named parameter of the router may not be longer than 100 characters.
    yield* router.add("*", "/bot*", handle)
  })
)
