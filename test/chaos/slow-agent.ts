import { createServer } from "node:http"
import { setTimeout as later } from "node:timers/promises"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** An agent behind HTTP that echoes; what says `slow` takes it some time. Gives its address. */
export const serveSlowAgent = (ms: number): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<{ readonly url: string; readonly close: () => void }>((resolve) => {
          const server = createServer((request, response) => {
            let body = ""
            request.setEncoding("utf8").on("data", (text: string) => (body += text))
            request.on("end", () => {
              const { text }: { readonly text: string } = JSON.parse(body).message
              const answer = () =>
                response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ text }))
              if (text.includes("slow")) void later(ms).then(answer)
              else answer()
            })
          })
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            const port = typeof address === "object" && address !== null ? address.port : 0
            resolve({
              url: `http://127.0.0.1:${port}/`,
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
