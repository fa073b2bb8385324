import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"

/** A body that ends before it is complete, on purpose. */
export class CutShort extends Error {
  override readonly name = "CutShort"
}

export const failingBody: Stream.Stream<never, CutShort> = Stream.fail(new CutShort("the connection is cut here"))

/**
 * Cuts the connection of a request without an answer. A portable program cannot: unless the server under it provides a
 * better way (`node/sandbox-server.ts`, `Network`), the answer's head still goes out and its body breaks off.
 */
export const Hangup = Context.Reference<
  (request: HttpServerRequest.HttpServerRequest) => Effect.Effect<HttpServerResponse.HttpServerResponse>
>("zalo-effect/sandbox/Hangup", {
  defaultValue: () => () => Effect.succeed(HttpServerResponse.stream(failingBody))
})
