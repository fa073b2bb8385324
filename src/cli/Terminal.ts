import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** Whoever was asked has gone (Ctrl-D). */
export class InputEnded extends Schema.TaggedError<InputEnded>()("InputEnded", {}) {
  override get message(): string {
    return "the input ended before every question was answered; nothing was changed"
  }
}

/** The three streams of the process. Writing never fails: a reader that has gone away is not this program's failure. */
export class Terminal extends Context.Service<
  Terminal,
  {
    /** Whether stdout and stderr may be coloured: terminals, without `NO_COLOR`. */
    readonly colors: { readonly out: boolean; readonly err: boolean }
    /** To stdout, as it is. */
    out(text: string): Effect.Effect<void>
    /** To stderr, as it is. */
    err(text: string): Effect.Effect<void>
    /** All of stdin, as UTF-8. */
    readonly stdin: Effect.Effect<string>
    /** Whether somebody sits there who can answer: stdin and stderr are terminals. */
    readonly interactive: boolean
    /** One line of an answer to a question that is printed on stderr. A hidden one is not echoed. */
    ask(question: string, options?: { readonly hidden?: boolean }): Effect.Effect<string, InputEnded>
  }
>()("zalo-effect/cli/Terminal") {}
