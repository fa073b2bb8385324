import { createInterface, type Interface } from "node:readline"
import { Writable } from "node:stream"
import * as Effect from "effect/Effect"
import { InputEnded } from "../cli/Terminal.ts"

/** One reader for the whole process: what was typed ahead of a question is its answer. */
interface Reader {
  readonly lines: Interface
  readonly ahead: Array<string>
  waiting: ((line: string | undefined) => void) | undefined
  hidden: boolean
  ended: boolean
}

let reader: Reader | undefined

const open = (): Reader => {
  const out = new Writable({
    write: (chunk: Buffer | string, _encoding, done) => {
      // At once, so that a question is out before hiding begins, and in order with what else is told.
      if (!made.hidden) process.stderr.write(chunk)
      done()
    }
  })
  const lines = createInterface({ input: process.stdin, output: out, terminal: true, historySize: 0 })
  const made: Reader = { lines, ahead: [], waiting: undefined, hidden: false, ended: false }
  lines.on("line", (line) => {
    if (made.waiting === undefined) made.ahead.push(line)
    else made.waiting(line)
  })
  lines.on("close", () => {
    made.ended = true
    made.waiting?.(undefined)
  })
  // In raw mode Ctrl-C is a key: the signal that it stands for ends the command as it does everywhere.
  lines.on("SIGINT", () => {
    made.hidden = false
    lines.close()
    process.kill(process.pid, "SIGINT")
  })
  return made
}

/** One answer from the terminal, asked on stderr. */
export const ask = (question: string, hidden: boolean): Effect.Effect<string, InputEnded> =>
  Effect.callback<string, InputEnded>((resume) => {
    const from = (reader ??= open())
    const early = from.ahead.shift()
    const answered = (line: string | undefined) => {
      from.waiting = undefined
      from.hidden = false
      if (hidden) process.stderr.write("\n")
      resume(line === undefined ? Effect.fail(new InputEnded()) : Effect.succeed(line))
    }
    if (early !== undefined) {
      process.stderr.write(`${question}${hidden ? "" : early}\n`)
      return resume(Effect.succeed(early))
    }
    if (from.ended) return resume(Effect.fail(new InputEnded()))
    from.waiting = answered
    from.lines.setPrompt(question)
    from.lines.prompt()
    from.hidden = hidden
    return Effect.sync(() => {
      from.hidden = false
      from.lines.close()
    })
  })
