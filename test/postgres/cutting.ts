import { connect, createServer, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A way to a server that can break where a test wants it. */
export interface Cutting {
  readonly url: string
  /** The next commit is made, and its answer lost with the connection. */
  readonly cutNextCommit: Effect.Effect<void>
  readonly cuts: () => number
}

/** As the server ends the answer to a commit. */
const committed = Buffer.from("COMMIT\0")

export const cuttingProxy = (url: string): Effect.Effect<Cutting, never, Scope.Scope> =>
  Effect.gen(function* () {
    const target = new URL(url)
    let armed = false
    let cuts = 0
    const sockets = new Set<Socket>()
    const keep = (socket: Socket) => {
      sockets.add(socket)
      socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket))
      return socket
    }
    const proxy = createServer((client) => {
      const server = keep(connect(Number(target.port), target.hostname))
      keep(client).on("data", (data) => server.write(data))
      client.on("close", () => server.destroy())
      server.on("close", () => client.destroy())
      server.on("data", (data) => {
        if (!armed || !data.includes(committed)) return void client.write(data)
        armed = false
        cuts++
        client.destroy()
      })
    })
    yield* Effect.promise(() => new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve)))
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        proxy.close()
      })
    )
    const address = proxy.address()
    const through = new URL(url)
    through.port = typeof address === "object" && address !== null ? String(address.port) : ""
    return {
      url: through.toString(),
      cutNextCommit: Effect.sync(() => void (armed = true)),
      cuts: () => cuts
    }
  })
