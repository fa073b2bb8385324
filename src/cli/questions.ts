import * as Effect from "effect/Effect"
import { CommandFailed } from "./errors.ts"
import { Terminal } from "./Terminal.ts"

export type Asked<A> = Effect.Effect<A, CommandFailed, Terminal>

/** A line for the person at the terminal; empty is a blank line. */
export const tell = (text: string): Effect.Effect<void, never, Terminal> =>
  Terminal.use((terminal) => terminal.err(`${text}\n`))

const ask = (question: string, hidden = false): Asked<string> =>
  Terminal.use((terminal) => terminal.ask(question, { hidden })).pipe(
    Effect.map((line) => line.trim()),
    Effect.catchTag("InputEnded", (error) =>
      Effect.fail(new CommandFailed({ code: "input-ended", message: error.message }))
    )
  )

interface TextOptions {
  /** Taken when nothing is typed. */
  readonly initial?: string | undefined
  readonly hidden?: boolean
  /** What is wrong with an answer, as a sentence; undefined when nothing is. */
  readonly problem?: (text: string) => string | undefined
}

/** Asks until there is an answer that will do. */
export const askText = Effect.fnUntraced(function* (
  label: string,
  options: TextOptions = {}
): Effect.fn.Return<string, CommandFailed, Terminal> {
  const { hidden = false, initial, problem } = options
  const shown = initial === undefined || initial === "" ? "" : ` [${initial}]`
  for (;;) {
    const typed = yield* ask(`${label}${shown}: `, hidden)
    const answer = typed === "" ? (initial ?? "") : typed
    const wrong = answer === "" && initial === undefined ? "An answer is needed." : problem?.(answer)
    if (wrong === undefined) return answer
    yield* tell(wrong)
  }
})

export const askYes = Effect.fnUntraced(function* (
  label: string,
  initial: boolean
): Effect.fn.Return<boolean, CommandFailed, Terminal> {
  for (;;) {
    const typed = (yield* ask(`${label} [${initial ? "Y/n" : "y/N"}]: `)).toLowerCase()
    if (typed === "") return initial
    if (["y", "yes", "c", "có"].includes(typed)) return true
    if (["n", "no", "k", "không"].includes(typed)) return false
    yield* tell('Answer "y" or "n".')
  }
})

export interface Choice<A> {
  readonly value: A
  /** What may be typed instead of the number. */
  readonly word: string
  readonly label: string
}

/** One of several, by its number or its word. */
export const askChoice = Effect.fnUntraced(function* <A>(
  label: string,
  choices: ReadonlyArray<Choice<A>>,
  initial: A
): Effect.fn.Return<A, CommandFailed, Terminal> {
  yield* tell(label)
  for (const [index, { label, word }] of choices.entries()) yield* tell(`  ${index + 1}  ${word}: ${label}`)
  const standard = Math.max(
    0,
    choices.findIndex(({ value }) => value === initial)
  )
  for (;;) {
    const typed = (yield* ask(`Choose [${standard + 1}]: `)).toLowerCase()
    const index = typed === "" ? standard : /^\d+$/.test(typed) ? Number(typed) - 1 : -1
    const found = choices[index] ?? choices.find(({ word }) => word === typed)
    if (found !== undefined) return found.value
    yield* tell(`Type a number from 1 to ${choices.length}.`)
  }
})
