import { createServer, type ServerResponse } from "node:http"
import { setTimeout as pause } from "node:timers/promises"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import type * as Scope from "effect/Scope"

/** What happens in an answer's body, in order. `break`: the connection is lost. `stall`: nothing more ever comes. */
export type Piece = string | Uint8Array | "break" | "stall" | { readonly wait: number }

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: ReadonlyArray<Piece>
}

/** One message of a request. */
export interface Message {
  readonly role: string
  readonly content: unknown
}

export interface Seen {
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: { readonly [key: string]: unknown; readonly messages: ReadonlyArray<Message> }
}

const eventStream = { "content-type": "text/event-stream" }

export const event = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`

const chunk = (delta: object, more: object = {}) =>
  event({ id: "c1", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: null, ...more }] })

/** The events of a usual answer, as OpenAI sends them: a role, the text in pieces, the end, the usage, `[DONE]`. */
export const events = (texts: ReadonlyArray<string>, finish = "stop"): ReadonlyArray<string> => [
  chunk({ role: "assistant", content: "" }),
  ...texts.map((content) => chunk({ content })),
  chunk({}, { finish_reason: finish }),
  event({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 } }),
  event("[DONE]")
]

export const piece = (content: string): string => chunk({ content })

/** An answer that is streamed. */
export const streaming = (...body: ReadonlyArray<Piece>): Reply => ({ headers: eventStream, body })

export const answering = (...texts: ReadonlyArray<string>): Reply => streaming(...events(texts))

/** An answer that comes whole. */
export const whole = (value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: [JSON.stringify(value)]
})

const bytesOf = (text: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  typeof text === "string" ? new TextEncoder().encode(text) : Uint8Array.from(text)

const lost = () => Object.assign(new Error("the endpoint is gone"), { code: "ECONNRESET" })

/** Plays a body; each `pull` is one piece, so that a reader that stops reading stops the play. */
const playing = (pieces: ReadonlyArray<Piece>): ReadableStream<Uint8Array> => {
  const left = pieces[Symbol.iterator]()
  return new ReadableStream({
    async pull(controller) {
      const next = left.next()
      if (next.done === true) return controller.close()
      const { value } = next
      if (value === "break") return controller.error(lost())
      if (value === "stall") return new Promise(() => {})
      if (typeof value === "object" && "wait" in value) {
        await pause(value.wait)
        controller.enqueue(new Uint8Array(0))
      } else controller.enqueue(bytesOf(value))
    }
  })
}

const writing = async (response: ServerResponse, pieces: ReadonlyArray<Piece>): Promise<void> => {
  for (const one of pieces) {
    if (one === "break") return void response.destroy()
    if (one === "stall") return
    if (typeof one === "object" && "wait" in one) await pause(one.wait)
    else response.write(bytesOf(one))
  }
  response.end()
}

/** An emulated chat-completions endpoint: it gives the replies that it was told, in order, and the last of them for ever. */
export class Endpoint {
  readonly seen: Array<Seen> = []
  /** Requests that were given up before their end. */
  aborted = 0
  #replies: ReadonlyArray<Reply | "refuse" | "silent">

  constructor(...replies: ReadonlyArray<Reply | "refuse" | "silent">) {
    this.#replies = replies
  }

  #next(): Reply | "refuse" | "silent" {
    return this.#replies[Math.min(this.seen.length, this.#replies.length) - 1] ?? "silent"
  }

  get messages(): ReadonlyArray<Message> {
    return this.seen.at(-1)?.body.messages ?? []
  }

  /** In process: nothing leaves it. */
  readonly client: HttpClient.HttpClient = HttpClient.make((request, url, signal) =>
    Effect.suspend(() => {
      const sent = request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : "{}"
      this.seen.push({ url: url.href, headers: request.headers, body: JSON.parse(sent) })
      signal.addEventListener("abort", () => void this.aborted++)
      const reply = this.#next()
      if (reply === "silent") return Effect.never
      if (reply === "refuse") {
        const cause = Object.assign(new Error("SECRET"), { code: "ECONNREFUSED" })
        const reason = new HttpClientError.TransportError({ request, cause })
        return Effect.fail(new HttpClientError.HttpClientError({ reason }))
      }
      const { body, headers = {}, status = 200 } = reply
      return Effect.succeed(
        HttpClientResponse.fromWeb(request, new Response(playing(body), { status, headers: { ...headers } }))
      )
    })
  )

  /** On loopback: its base address. */
  readonly listen: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<{ readonly url: string; readonly close: () => void }>((resolve) => {
          const server = createServer((request, response) => {
            let sent = ""
            request.setEncoding("utf8").on("data", (part: string) => void (sent += part))
            request.on("end", () => {
              const headers: Record<string, string | undefined> = {}
              for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value)
              this.seen.push({ url: request.url ?? "", headers, body: JSON.parse(sent) })
              response.on("close", () => void (this.aborted += response.writableFinished ? 0 : 1))
              const reply = this.#next()
              if (reply === "silent") return
              if (reply === "refuse") return void response.destroy()
              response.writeHead(reply.status ?? 200, reply.headers)
              void writing(response, reply.body)
            })
          })
          server.listen(0, "127.0.0.1", () => {
            const at = server.address()
            const port = typeof at === "object" && at !== null ? at.port : 0
            resolve({
              url: `http://127.0.0.1:${port}/v1`,
              close: () => {
                server.closeAllConnections()
                server.close()
              }
            })
          })
        })
    ),
    ({ close }) => Effect.sync(close)
  ).pipe(Effect.map(({ url }) => url))
}
