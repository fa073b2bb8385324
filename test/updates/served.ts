import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as http from "node:http"
import * as net from "node:net"
import type { AccountId } from "../../src/domain/ids.ts"
import * as Webhook from "../../src/updates/Webhook.ts"
import { WebhookTargets } from "../../src/updates/WebhookTargets.ts"
import { shop } from "./samples.ts"

/** The route on a port of its own. */
export const served = (options: Webhook.WebhookOptions = {}) =>
  HttpRouter.serve(Webhook.layer(options), { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provideMerge(WebhookTargets.layer),
    Layer.provideMerge(NodeHttpServer.layerServer(http.createServer, { port: 0, host: "127.0.0.1" })),
    Layer.provideMerge(NodeHttpServer.layerHttpServices)
  )

export const secret = "a-secret-of-zalo"

/** Serves an account's webhook for the rest of the test. The answer lists the chats that were announced. */
export const target = Effect.fnUntraced(function* (
  options: { readonly path?: string; readonly account?: AccountId; readonly secret?: string } = {}
) {
  const announced: Array<string> = []
  yield* (yield* WebhookTargets).add({
    account: options.account ?? shop,
    path: options.path ?? "/hook",
    secret: Redacted.make(options.secret ?? secret),
    onAdmitted: (chat) => Effect.sync(() => void announced.push(chat))
  })
  return announced
})

const port = Effect.map(HttpServer.HttpServer, ({ address }) => ("port" in address ? address.port : 0))

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

interface Asked {
  readonly path?: string
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
  /** Without a declared length. */
  readonly chunked?: boolean
}

export const ask = Effect.fnUntraced(function* (asked: Asked) {
  const at = yield* port
  const { path = "/hook", method = "POST", headers = {}, body = "", chunked = false } = asked
  return yield* Effect.callback<Answer>((resume) => {
    const length: Record<string, string> = chunked ? {} : { "content-length": String(Buffer.byteLength(body)) }
    const request = http.request(
      { port: at, host: "127.0.0.1", path, method, headers: { ...length, ...headers }, agent: false },
      (response) => {
        let text = ""
        response.setEncoding("utf8")
        response.on("data", (piece) => (text += piece))
        response.on("end", () =>
          resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
        )
      }
    )
    request.on("error", (error) => resume(Effect.die(error)))
    if (chunked) request.write(body)
    request.end(chunked ? undefined : body)
  })
})

/** What Zalo sends, with other headers where a test says so. */
export const deliver = (body: unknown, asked: Asked = {}) =>
  ask({
    ...asked,
    body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", "x-bot-api-secret-token": secret, ...asked.headers }
  })

/** Writes bytes as they are, and answers what came back until the server closed or a head was complete. */
export const raw = Effect.fnUntraced(function* (text: string) {
  const at = yield* port
  return yield* Effect.callback<string>((resume) => {
    let answer = ""
    const socket = net.connect(at, "127.0.0.1", () => socket.write(text))
    socket.setEncoding("utf8")
    socket.on("data", (piece) => {
      answer += piece
      if (answer.includes("\r\n\r\n")) {
        resume(Effect.succeed(answer))
        socket.destroy()
      }
    })
    socket.on("error", (error) => resume(Effect.die(error)))
    socket.on("close", () => resume(Effect.succeed(answer)))
    return Effect.sync(() => socket.destroy())
  })
})
