// A reverse proxy of the plainest kind: connections go to the runners in turns, past those that refuse.
import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { ready } from "./rpc.ts"

export interface Proxy {
  readonly port: number
  readonly close: () => void
}

/** Listens, on loopback unless told otherwise, in front of these ports. A runner that died is passed over by the next connection. */
export const listenProxy = async (
  ports: ReadonlyArray<number>,
  at: { readonly listen?: string; readonly hosts?: ReadonlyArray<string> } = {}
): Promise<Proxy> => {
  const open = new Set<Socket>()
  let turn = 0
  const keep = (socket: Socket) => {
    open.add(socket)
    socket.on("close", () => open.delete(socket))
    return socket
  }
  const forward = (client: Socket, tries: number): void => {
    if (tries === 0) return void client.destroy()
    const n = turn++ % ports.length
    const runner = connect({ port: ports[n] ?? 0, host: at.hosts?.[n] ?? "127.0.0.1", noDelay: true })
    runner.once("connect", () => {
      keep(runner)
      // Either end that is cut cuts the other, so that a client sees what became of its runner.
      runner.on("close", () => client.destroy())
      client.on("close", () => runner.destroy())
      client.pipe(runner).pipe(client)
    })
    runner.on("error", () => {
      if (open.has(runner)) client.destroy()
      else forward(client, tries - 1)
    })
  }
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (client) => {
    keep(client).on("error", () => client.destroy())
    forward(client, ports.length)
  })
  server.listen(0, at.listen ?? "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: () => {
      server.close()
      open.forEach((socket) => socket.destroy())
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ready((await listenProxy(process.argv.slice(2).map(Number))).port)
}
