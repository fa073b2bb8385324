// The attacker, in a process of its own.
import { connect } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { later } from "../../bench/later.ts"
import { answer, ready } from "../../bench/rpc.ts"
import { secret, secretHeader } from "../../bench/updates.ts"
import { chanceOf } from "../../chaos/chance.ts"
import { mutant, wrongSecret } from "./mutations.ts"
import { Pipe } from "./Pipe.ts"

/** How often each status was answered, by kind of request; 0: the connection was closed, or nothing came. */
export type Statuses = Readonly<Record<string, Readonly<Record<string, number>>>>

export type AttackCommands = {
  /** So many requests that are wrong in some way, under the right secret. */
  readonly mutate: {
    readonly input: {
      readonly port: number
      readonly count: number
      readonly seed: number
      readonly connections: number
    }
    readonly output: { readonly statuses: Statuses; readonly sent: number; readonly ms: number }
  }
  /** Wrong secrets as fast as they are refused. */
  readonly guess: {
    readonly input: {
      readonly port: number
      readonly seconds: number
      readonly seed: number
      readonly connections: number
    }
    readonly output: { readonly statuses: Statuses; readonly sent: number; readonly ms: number }
  }
  /** Connections that never come to an end, a byte at a time: half of them in the head, half in the body. */
  readonly dribble: {
    readonly input: { readonly port: number; readonly sockets: number; readonly seconds: number }
    readonly output: {
      readonly opened: number
      readonly ended: { readonly head: number; readonly body: number }
      readonly firstEndMs: number | null
    }
  }
  /** Bodies over the limit: declared, and without a declared length. */
  readonly oversized: {
    readonly input: { readonly port: number; readonly count: number }
    readonly output: { readonly statuses: Statuses; readonly takenBytes: number }
  }
}

const counter = () => {
  const counts: Record<string, Record<string, number>> = {}
  const count = (kind: string, status: number) => {
    const of = (counts[kind] ??= {})
    of[status] = (of[status] ?? 0) + 1
  }
  return { counts, count }
}

const batch = 16

/** Sends what `next` makes over a number of connections until it makes nothing more. */
const flood = async (
  port: number,
  connections: number,
  next: () => { readonly kind: string; readonly bytes: Buffer; readonly framing: boolean } | undefined
) => {
  const { count, counts } = counter()
  const began = performance.now()
  let sent = 0
  const one = async () => {
    let pipe = new Pipe(port)
    for (;;) {
      const requests = []
      for (let n = 0; n < batch; n++) {
        const made = next()
        if (made === undefined) break
        sent++
        if (!made.framing) {
          requests.push(made)
          continue
        }
        const lone = new Pipe(port)
        const { statuses } = await lone.send([made.bytes], 300)
        lone.close()
        count(made.kind, statuses[0] ?? 0)
      }
      if (requests.length === 0) break
      let left = requests
      while (left.length > 0) {
        const answered = await pipe.send(left.map(({ bytes }) => bytes))
        answered.statuses.forEach((status, n) => count(left[n]?.kind ?? "", status))
        left = left.slice(answered.statuses.length)
        if (!answered.closed) continue
        // What closed the connection without an answer is the first one; those behind it are sent again.
        if (answered.statuses.length === 0 && left[0] !== undefined) {
          count(left[0].kind, 0)
          left = left.slice(1)
        }
        pipe = new Pipe(port)
      }
    }
    pipe.close()
  }
  await Promise.all(Array.from({ length: connections }, one))
  return { statuses: counts, sent, ms: performance.now() - began }
}

answer<AttackCommands>({
  mutate: ({ connections, count, port, seed }) => {
    const chance = chanceOf(seed)
    let left = count
    return flood(port, connections, () => (left-- > 0 ? mutant(chance) : undefined))
  },

  guess: ({ connections, port, seconds, seed }) => {
    const chance = chanceOf(seed)
    const end = performance.now() + seconds * 1000
    return flood(port, connections, () =>
      performance.now() < end ? { kind: "wrong secret", bytes: wrongSecret(chance), framing: false } : undefined
    )
  },

  dribble: async ({ port, seconds, sockets }) => {
    const head = `POST /zalo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${secretHeader.zalo}: ${secret}\r\n`
    const began = performance.now()
    const ended = { head: 0, body: 0 }
    let firstEndMs: number | null = null
    const open = Array.from({ length: sockets }, (_, n) => {
      const kind = n % 2 === 0 ? "head" : "body"
      const socket = connect({ port, host: "127.0.0.1" })
      let over = false
      const end = () => {
        if (over) return
        over = true
        ended[kind]++
        firstEndMs ??= performance.now() - began
      }
      socket.on("error", end)
      socket.on("close", end)
      socket.on("data", end)
      socket.write(kind === "head" ? head : `${head}content-length: 100000\r\n\r\n{`)
      return { socket, kind, isOver: () => over }
    })
    while (performance.now() - began < seconds * 1000 && ended.head + ended.body < sockets) {
      for (const { isOver, kind, socket } of open) if (!isOver()) socket.write(kind === "head" ? "x" : " ")
      await sleep(500)
    }
    const found = { opened: sockets, ended: { ...ended }, firstEndMs }
    for (const { socket } of open) socket.destroy()
    return found
  },

  oversized: async ({ count, port }) => {
    const { count: note, counts } = counter()
    const head = `POST /zalo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${secretHeader.zalo}: ${secret}\r\n`
    const block = Buffer.alloc(65_536, 0x20)
    let takenBytes = 0
    for (let n = 0; n < count; n++) {
      const declared = n % 2 === 0
      const status = await new Promise<number>((resolve) => {
        const socket = connect({ port, host: "127.0.0.1" })
        const inTime = later(10_000, () => socket.destroy())
        let found = 0
        socket.on("data", (piece: Buffer) => {
          found ||= Number(piece.subarray(9, 12).toString("latin1"))
          socket.end()
        })
        socket.on("error", () => {})
        socket.on("close", () => {
          inTime()
          takenBytes = Math.max(takenBytes, socket.bytesWritten)
          resolve(found)
        })
        if (declared) return void socket.write(`${head}content-length: ${2 ** 40}\r\n\r\n`)
        socket.write(`${head}transfer-encoding: chunked\r\n\r\n`)
        // As much as it takes.
        const push = () => {
          let more = true
          while (more && !socket.destroyed) {
            more = socket.write(Buffer.concat([Buffer.from("10000\r\n"), block, Buffer.from("\r\n")]))
          }
          if (!socket.destroyed && found === 0) socket.once("drain", push)
        }
        push()
      })
      note(declared ? "declared" : "chunked", status)
    }
    return { statuses: counts, takenBytes }
  }
})

ready(0)
