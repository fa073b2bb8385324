import * as Sse from "effect/encoding/Sse"
import { maxAnswerBytes } from "../body.ts"
import type { Outcome, Usage } from "../usage.ts"
import { type Fault, fault, mayPass } from "./Fault.ts"
import { type Completion, errorCode, parseCompletion, usageOf } from "./wire.ts"

/** A whole answer. */
export interface Answer extends Outcome {
  readonly text: string
}

const utf8 = new TextEncoder()

/** What an endpoint reported instead of an answer, or inside of one. */
export const reported = (error: unknown): Fault => {
  const code = errorCode(error)
  const detail = `the endpoint reported an error${code === undefined ? "" : `: ${code}`}`
  const passing = code !== undefined && (mayPass(Number(code)) || /overload|unavailable|rate_limit/.test(code))
  return fault({ _tag: "Failed", detail }, passing)
}

/**
 * Puts a streamed answer together. It is fed text as it comes, torn anywhere, and answers what is wrong with it as soon as that
 * is known. It never holds more than the answer and one event.
 */
export class Reader {
  #text = ""
  #bytes = 0
  #given = 0
  #usage: Usage | undefined
  #finish: string | undefined
  #done = false
  #fault: Fault | undefined
  readonly #decoder = new TextDecoder("utf-8", { fatal: true })
  readonly #parser = Sse.makeParser(
    (event) => {
      // A wish to reconnect (`retry:`) is for listeners that stay.
      if (event._tag === "Event") this.#take(event.data)
    },
    { maxEventSize: maxAnswerBytes }
  )

  /** The endpoint said that nothing more comes. */
  get done(): boolean {
    return this.#done
  }

  /** What has come of the answer since this was last asked. */
  takeNew(): string {
    const fresh = this.#text.slice(this.#given)
    this.#given = this.#text.length
    return fresh
  }

  /** Some of the answer is here. */
  get begun(): boolean {
    return this.#text !== ""
  }

  feed(bytes: Uint8Array): Fault | undefined {
    try {
      const tooLarge = this.#parser.feed(this.#decoder.decode(bytes, { stream: true }))
      if (tooLarge !== undefined) this.#fail(fault({ _tag: "TooLarge", limit: maxAnswerBytes }))
    } catch {
      this.#fail(fault({ _tag: "Unreadable", detail: "it is not UTF-8" }))
    }
    return this.#fault
  }

  /** The answer, or how much of one it is not. */
  end(): Answer | Fault {
    if (this.#fault !== undefined) return this.#fault
    if (!this.#done && this.#finish === undefined) {
      return fault({ _tag: "Unreadable", detail: "the answer ended before its end" }, !this.begun)
    }
    return { text: this.#text, usage: this.#usage, finish: this.#finish }
  }

  #fail(found: Fault): void {
    this.#fault ??= this.begun ? { ...found, again: false } : found
  }

  #take(data: string): void {
    if (this.#done || this.#fault !== undefined) return
    if (data.trim() === "[DONE]") {
      this.#done = true
      return
    }
    const chunk = parseCompletion(data)
    if (chunk === undefined)
      return this.#fail(fault({ _tag: "Unreadable", detail: "a part of the answer is malformed" }))
    if (chunk.error !== undefined && chunk.error !== null) return this.#fail(reported(chunk.error))
    this.#usage = usageOf(chunk) ?? this.#usage
    for (const choice of chunk.choices ?? []) {
      if ((choice.index ?? 0) !== 0) continue
      const said = choice.delta ?? choice.message
      this.#append(said?.content ?? said?.refusal ?? "")
      this.#finish = choice.finish_reason ?? this.#finish
    }
  }

  #append(text: string): void {
    this.#bytes += utf8.encode(text).length
    if (this.#bytes > maxAnswerBytes) this.#fail(fault({ _tag: "TooLarge", limit: maxAnswerBytes }))
    else this.#text += text
  }
}

/** An endpoint that does not stream answers at once. */
export const wholeAnswer = (body: string): Answer | Fault => {
  const completion: Completion | undefined = parseCompletion(body)
  if (completion === undefined) return fault({ _tag: "Unreadable", detail: "it is no completion" })
  if (completion.error !== undefined && completion.error !== null) return reported(completion.error)
  const choice = (completion.choices ?? []).find(({ index }) => (index ?? 0) === 0)
  const said = choice?.message ?? choice?.delta
  if (choice === undefined || said === undefined || said === null) {
    return fault({ _tag: "Unreadable", detail: "it has no choice" })
  }
  return {
    text: said.content ?? said.refusal ?? "",
    usage: usageOf(completion),
    finish: choice.finish_reason ?? undefined
  }
}
