import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import * as Headers from "effect/http/Headers"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import { pipeArguments } from "effect/Pipeable"
import type * as Schema from "effect/Schema"
import type { Exchange } from "./Exchange.ts"

const utf8 = new TextDecoder()

/** An answer whose text is read without a stream between. Every other form of the body is read as of a web `Response`. */
export class DispatchResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly request: HttpClientRequest
  readonly #exchange: Exchange
  readonly #url: URL
  #web: HttpClientResponse.HttpClientResponse | undefined

  constructor(request: HttpClientRequest, exchange: Exchange, url: URL) {
    super()
    this.request = request
    this.#exchange = exchange
    this.#url = url
  }

  get status() {
    return this.#exchange.status
  }

  get url() {
    const [url = ""] = this.#url.href.split("#")
    return url
  }

  get headers() {
    return Headers.fromInput(this.#exchange.headers)
  }

  get cookies() {
    const header = this.#exchange.headers["set-cookie"]
    return header === undefined ? Cookies.empty : Cookies.fromSetCookie(header)
  }

  get remoteAddress() {
    return Option.none<string>()
  }

  get text() {
    if (this.#web !== undefined) return this.#web.text
    return Effect.withFiber<string, HttpClientError.HttpClientError>((fiber) => {
      const most = fiber.getRef(HttpIncomingMessage.MaxBodySize)
      return Effect.callback((resume) =>
        this.#exchange.whole(most === undefined ? Number.POSITIVE_INFINITY : Number(most), (body) =>
          resume(Buffer.isBuffer(body) ? Effect.succeed(utf8.decode(body)) : Effect.fail(this.#unreadable(body.error)))
        )
      )
    })
  }

  get json() {
    return Effect.flatMap(this.text, (text) =>
      Effect.try({
        try: (): Schema.Json => (text === "" ? null : JSON.parse(text)),
        catch: (cause) => this.#unreadable(cause)
      })
    )
  }

  get arrayBuffer() {
    return this.#asWeb.arrayBuffer
  }

  get urlParamsBody() {
    return this.#asWeb.urlParamsBody
  }

  get formData() {
    return this.#asWeb.formData
  }

  get stream() {
    return this.#asWeb.stream
  }

  get upgrade() {
    return this.#asWeb.upgrade
  }

  #unreadable(cause: unknown) {
    const reason = new HttpClientError.DecodeError({ request: this.request, response: this, cause })
    return new HttpClientError.HttpClientError({ reason })
  }

  get #asWeb(): HttpClientResponse.HttpClientResponse {
    if (this.#web !== undefined) return this.#web
    const exchange = this.#exchange
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) =>
          new Promise<void>((resolve) => {
            exchange.next((piece) => {
              if (piece._tag === "Some") controller.enqueue(piece.bytes)
              else if (piece._tag === "End") controller.close()
              else controller.error(piece.error)
              resolve()
            })
          }),
        cancel: () => exchange.abort()
      },
      { highWaterMark: 0 }
    )
    // A web `Response` takes no body at 204 and 304 and no status outside 200 to 599: ours is told by `status`.
    const type = exchange.headers["content-type"]
    const init = typeof type === "string" ? { headers: { "content-type": type } } : {}
    return (this.#web = HttpClientResponse.fromWeb(this.request, new Response(body, init)))
  }

  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }

  pipe() {
    return pipeArguments(this, arguments)
  }
}
