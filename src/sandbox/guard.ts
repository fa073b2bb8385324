import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import type { DeskError } from "./SandboxDesk.ts"

/** A request of the chat page that was not granted: `{"error":{"code","message"}}`. */
export class PageError extends Schema.TaggedError<PageError>()("PageError", {
  status: Schema.Int,
  code: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return this.detail
  }

  [HttpServerRespondable.symbol]() {
    return Effect.succeed(
      HttpServerResponse.jsonUnsafe({ error: { code: this.code, message: this.detail } }, { status: this.status })
    )
  }
}

const deskStatus = { "no-gateway": 409, unknown: 404, expired: 410, failed: 502 } as const

export const fromDesk = (error: DeskError): PageError =>
  new PageError({ status: deskStatus[error.reason], code: error.reason, detail: error.detail })

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i

/** The host that a request names: its header, or without one (in process) its own address. */
export const hostOf = (request: HttpServerRequest.HttpServerRequest): string =>
  request.headers["host"] ?? (URL.canParse(request.originalUrl) ? new URL(request.originalUrl).host : "")

/**
 * Keeps other sites' pages out of the API: a name that is not this machine's own came by DNS rebinding, a foreign `Origin`
 * from another page, and a form cannot send the content types that are asked for.
 */
export const guard = Effect.fnUntraced(function* (types: RegExp) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const host = hostOf(request)
  if (!loopback.test(host)) {
    return yield* new PageError({ status: 403, code: "host", detail: "This page is served to this machine only." })
  }
  const origin = request.headers["origin"]
  if (origin !== undefined && origin !== `http://${host}`) {
    return yield* new PageError({ status: 403, code: "origin", detail: "Another site may not use this." })
  }
  if (request.method !== "GET" && !types.test(request.headers["content-type"] ?? "")) {
    return yield* new PageError({ status: 415, code: "content-type", detail: "This content type is not taken here." })
  }
  return request
})

export const json = /^application\/json\s*(;|$)/i
