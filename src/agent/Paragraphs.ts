const fence = /^ {0,3}(`{3,}|~{3,})/
const hidden = /<(\/?)(?:think|thinking|reasoning)>/gi

/**
 * Cuts a text that is still being written into paragraphs: at blank lines, but inside of neither a code block nor a model's
 * reasoning, which is taken out later and must stay in one piece.
 */
export class Paragraphs {
  #text = ""
  /** What was given away. */
  #taken = 0
  /** Complete lines up to here were looked at. */
  #seen = 0
  #fence: string | undefined
  #hidden = false

  /** More of the text; the paragraphs that are finished now. */
  push(more: string): ReadonlyArray<string> {
    this.#text += more
    const finished: Array<string> = []
    for (let end = this.#text.indexOf("\n", this.#seen); end >= 0; end = this.#text.indexOf("\n", this.#seen)) {
      const line = this.#text.slice(this.#seen, end)
      this.#seen = end + 1
      this.#look(line)
      if (line.trim() === "" && this.#fence === undefined && !this.#hidden) finished.push(...this.#take(this.#seen))
    }
    return finished
  }

  /** The rest. */
  end(): ReadonlyArray<string> {
    return this.#take(this.#text.length)
  }

  #take(end: number): ReadonlyArray<string> {
    const paragraph = this.#text.slice(this.#taken, end)
    this.#taken = end
    return paragraph.trim() === "" ? [] : [paragraph.trimEnd().replace(/^(?:[ \t]*\n)+/, "")]
  }

  #look(line: string): void {
    const mark = fence.exec(line)?.[1]
    if (this.#fence === undefined) this.#fence = mark
    else if (mark !== undefined && mark.startsWith(this.#fence) && line.trim() === mark) this.#fence = undefined
    if (this.#fence !== undefined) return
    for (const [, closes] of line.matchAll(hidden)) this.#hidden = closes === ""
  }
}
