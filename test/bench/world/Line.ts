import { connect, type Socket } from "node:net"

/** A kept-alive connection that carries one request at a time. Hardly more than a socket, so that the bench is not what is measured. */
export class Line {
  readonly #socket: Socket
  #text = ""
  #done: ((status: number) => void) | undefined
  #failed: ((error: Error) => void) | undefined

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true })
    this.#socket.setEncoding("latin1")
    this.#socket.on("data", (text: string) => this.#read(text))
    this.#socket.on("error", (error) => this.#failed?.(error))
    this.#socket.on("close", () => this.#failed?.(new Error("the connection was closed")))
  }

  /** Whether a server that closes idle connections has left this one open. */
  get isOpen(): boolean {
    return !this.#socket.destroyed && !this.#socket.readableEnded
  }

  /** Sends a POST and gives the answer's status. */
  post(head: string, body: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#done = resolve
      this.#failed = reject
      this.#socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    })
  }

  close(): void {
    this.#failed = undefined
    this.#socket.destroy()
  }

  #read(text: string): void {
    this.#text += text
    const end = this.#text.indexOf("\r\n\r\n")
    if (end < 0) return
    const head = this.#text.slice(0, end).toLowerCase()
    const length = /\ncontent-length: *(\d+)/.exec(head)
    const whole = length ? this.#text.length >= end + 4 + Number(length[1]) : this.#text.endsWith("0\r\n\r\n")
    if (!whole) return
    this.#text = ""
    const done = this.#done
    this.#done = undefined
    done?.(Number(head.slice(9, 12)))
  }
}
