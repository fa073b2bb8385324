import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import type { RequestListener, Server } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { connect } from "node:net"
import type { Server as NetServer } from "node:net"
import { selfSigned } from "./self-signed.ts"

const portOf = (server: NetServer): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

const listening = <S extends Server>(make: () => S) =>
  Effect.acquireRelease(
    Effect.callback<S>((resume) => {
      const server = make()
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )

/** A loopback server that lives as long as the test; its port. */
export const serving = (listener: RequestListener) =>
  Effect.map(
    listening(() => createServer(listener)),
    portOf
  )

/** The same behind a certificate that nobody signed. */
export const servingTls = (listener: RequestListener) =>
  Effect.map(
    listening(() => createTlsServer(selfSigned, listener)),
    portOf
  )

/** A port that nobody listens on any more. */
export const closedPort = Effect.scoped(serving((_, response) => response.end()))

/** A tunnelling proxy that asks for user `u` and password `p`; what it was asked to connect to. */
export const proxying = Effect.gen(function* () {
  const asked: Array<string> = []
  const server = yield* listening(() =>
    createServer((_, response) => response.writeHead(405).end()).on("connect", (request, socket) => {
      asked.push(request.url ?? "")
      if (request.headers["proxy-authorization"] !== `Basic ${btoa("u:p")}`) {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        return
      }
      const [host, port] = (request.url ?? "").split(":")
      const up = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 ok\r\n\r\n")
        up.pipe(socket)
        socket.pipe(up)
      })
      up.on("error", () => socket.destroy())
      socket.on("error", () => up.destroy())
      socket.on("close", () => up.destroy())
    })
  )
  return { port: portOf(server), asked }
})
