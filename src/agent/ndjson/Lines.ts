/** A whole line, or the beginning of one that was too long to be kept. */
export type Line =
  | { readonly _tag: "Line"; readonly bytes: Uint8Array }
  | { readonly _tag: "TooLong"; readonly head: Uint8Array }

/** How much of a line that is too long is kept: enough for the id, if the line begins with it. */
const headBytes = 4_096

const newline = 0x0a

/** Cuts what a process writes into lines, torn anywhere. No more than one line of `limit` bytes is ever held. */
export class Lines {
  #pieces: Array<Uint8Array> = []
  #size = 0
  #head: Uint8Array | undefined
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  feed(bytes: Uint8Array): ReadonlyArray<Line> {
    const lines: Array<Line> = []
    let start = 0
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, start)) {
      this.#hold(bytes.subarray(start, at))
      lines.push(this.#end())
      start = at + 1
    }
    this.#hold(bytes.subarray(start))
    return lines
  }

  #hold(piece: Uint8Array): void {
    this.#size += piece.length
    if (this.#head !== undefined) return
    this.#pieces.push(piece)
    if (this.#size <= this.#limit) return
    this.#head = this.#joined().slice(0, headBytes)
    this.#pieces = []
  }

  #end(): Line {
    const head = this.#head
    const line: Line = head === undefined ? { _tag: "Line", bytes: this.#joined() } : { _tag: "TooLong", head }
    this.#pieces = []
    this.#size = 0
    this.#head = undefined
    return line
  }

  #joined(): Uint8Array {
    const whole = new Uint8Array(this.#pieces.reduce((size, piece) => size + piece.length, 0))
    let at = 0
    for (const piece of this.#pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    return whole
  }
}
