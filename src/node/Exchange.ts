import type { Dispatcher } from "@effect/platform-node/Undici"

/** So much of an answer that nobody reads yet is held, bytes; then the connection is not read further. */
const held = 256 * 1024

/** Where an answer's body is: all that came since it was last asked, its end, or its failure. */
export type Piece =
  | { readonly _tag: "Some"; readonly bytes: Buffer }
  | { readonly _tag: "End" }
  | { readonly _tag: "Torn"; readonly error: unknown }

/** One request and its answer, as undici reports them. It does not know the response object, which may be collected. */
export class Exchange implements Dispatcher.DispatchHandler {
  status = 0
  headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>> = {}

  readonly #head: (error: unknown) => void
  #controller: Dispatcher.DispatchController | undefined
  #chunks: Array<Buffer> = []
  #size = 0
  #ended: Piece | undefined
  #aborted = false
  #whole = false
  #most = Number.POSITIVE_INFINITY
  #wake: (() => void) | undefined

  /** `head` is called once: with nothing when the answer's head is here, with the error when none will be. */
  constructor(head: (error: unknown) => void) {
    this.#head = head
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#aborted) this.#stop(controller)
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Exchange["headers"]): void {
    // 1xx comes before the answer.
    if (status < 200) return
    this.status = status
    this.headers = headers
    this.#head(undefined)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#whole && this.#size > this.#most) return this.#overflow()
    if (!this.#whole && this.#size >= held) controller.pause()
    this.#awake()
  }

  onResponseEnd(): void {
    this.#end({ _tag: "End" })
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: unknown): void {
    this.#end({ _tag: "Torn", error })
    if (this.status === 0) this.#head(error)
  }

  /** Gives up: the connection is closed, or never made. */
  abort(): void {
    this.#aborted = true
    if (this.#controller !== undefined && this.#ended === undefined) this.#stop(this.#controller)
  }

  /** The whole body, once it is here; it may be asked for again. One of more than `most` bytes is left where it is. */
  whole(most: number, done: (body: Buffer | { readonly error: unknown }) => void): void {
    this.#whole = true
    this.#most = most
    if (this.#size > most) this.#overflow()
    if (this.#ended === undefined) {
      this.#wake = () => this.whole(most, done)
      this.#controller?.resume()
    } else if (this.#ended._tag === "Torn") {
      done({ error: this.#ended.error })
    } else {
      done(this.#chunks.length === 1 && this.#chunks[0] !== undefined ? this.#chunks[0] : Buffer.concat(this.#chunks))
    }
  }

  /** The next piece of the body, which is given away. */
  next(done: (piece: Piece) => void): void {
    if (this.#size > 0) {
      const bytes = Buffer.concat(this.#chunks)
      this.#chunks = []
      this.#size = 0
      done({ _tag: "Some", bytes })
    } else if (this.#ended === undefined) {
      this.#wake = () => this.next(done)
      this.#controller?.resume()
    } else {
      done(this.#ended)
    }
  }

  #overflow(): void {
    this.#chunks = []
    this.#size = 0
    this.abort()
    this.#end({ _tag: "Torn", error: new Error("the answer is too long") })
  }

  #end(end: Piece): void {
    this.#ended ??= end
    this.#awake()
  }

  #awake(): void {
    if (this.#whole && this.#ended === undefined) return
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #stop(controller: Dispatcher.DispatchController): void {
    controller.abort(new Error("the request was given up"))
  }
}
