import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type { Json } from "./wire.ts"

const isRecord = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

const parse = (text: string): Json => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

/**
 * The parameters of one request: query string and JSON or urlencoded body. A multipart body is not read, as Zalo does not
 * (`zalo-bot-api.md` §2): its parameters are then "empty".
 */
export const readParams = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<Json> => {
  const mark = request.url.indexOf("?")
  const query = mark < 0 ? {} : Object.fromEntries(new URLSearchParams(request.url.slice(mark + 1)))
  if (request.method === "GET") return Effect.succeed(query)
  const type = (request.headers["content-type"] ?? "").toLowerCase()
  if (type.startsWith("multipart/")) return Effect.succeed(query)
  return Effect.map(
    Effect.orElseSucceed(request.text, () => ""),
    (text) =>
      type.startsWith("application/x-www-form-urlencoded")
        ? { ...query, ...Object.fromEntries(new URLSearchParams(text)) }
        : { ...query, ...parse(text) }
  )
}

/** `/bot<token>/<method>`, the token raw or percent-encoded. */
export const readPath = (url: string): { readonly token: string; readonly method: string } | undefined => {
  const [, token, method] = /^\/bot([^/?]+)\/([^/?]+)\/?(?:\?|$)/.exec(url) ?? []
  if (token === undefined || method === undefined) return undefined
  try {
    return { token: decodeURIComponent(token), method }
  } catch {
    return { token, method }
  }
}
