import { connect, type Socket } from "node:net"
import { later } from "../../bench/later.ts"

/** What came of a batch of requests on one connection. */
export interface Answered {
  readonly statuses: ReadonlyArray<number>
  /** The connection is gone: what follows needs another. */
  readonly closed: boolean
}

const unanswered = 5_000

/** A connection that carries many requests at once, and counts what is answered. */
export class Pipe {
  readonly #socket: Socket
  #buffer: Buffer = Buffer.alloc(0)
  #wanted = 0
  #statuses: Array<number> = []
  #done: ((answered: Answered) => void) | undefined
  #closed = false

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true })
    this.#socket.on("data", (piece: Buffer) => this.#read(piece))
    this.#socket.on("error", () => {})
    this.#socket.on("close", () => this.#end(true))
  }

  /** Sends these and waits for as many answers, or for the end of the connection. */
  send(requests: ReadonlyArray<Buffer>, patience = unanswered): Promise<Answered> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve({ statuses: [], closed: true })
      this.#wanted = requests.length
      this.#statuses = []
      const inTime = later(patience, () => this.close())
      this.#done = (answered) => {
        inTime()
        resolve(answered)
      }
      this.#socket.write(Buffer.concat(requests))
    })
  }

  /** Leaves without a farewell: no port waits for it. */
  close(): void {
    this.#socket.resetAndDestroy()
    this.#end(true)
  }

  #end(closed: boolean): void {
    this.#closed ||= closed
    const done = this.#done
    this.#done = undefined
    done?.({ statuses: this.#statuses, closed: this.#closed })
  }

  #read(piece: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? piece : Buffer.concat([this.#buffer, piece])
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n")
      if (end < 0) return
      const head = this.#buffer.subarray(0, end).toString("latin1").toLowerCase()
      const length = Number(/\ncontent-length: *(\d+)/.exec(head)?.[1] ?? 0)
      if (this.#buffer.length < end + 4 + length) return
      this.#buffer = this.#buffer.subarray(end + 4 + length)
      const status = Number(head.slice(9, 12))
      if (status === 100) continue
      this.#statuses.push(status)
      if (this.#statuses.length >= this.#wanted) this.#end(false)
    }
  }
}
